import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { PageInput, pageOf } from "../../lib/page";

const GroupName = z.string().trim().min(1, "must not be empty").max(100);
const Claim = z
  .string()
  .trim()
  .max(500)
  .regex(/^[^=\s]+=\S/, "must be a claim and its value, for example groups=engineering");

/** People who get a role in projects together. */
export const Group = z
  .object({
    id: z.string(),
    name: z.string(),
    claim: z
      .string()
      .nullable()
      .describe(
        "`claim=value` of the OpenID Connect provider, which alone puts people in, and takes them out, at each sign-in.",
      ),
    members_count: z.number().int(),
    projects_count: z.number().int(),
    created_at: z.string(),
  })
  .meta({ id: "Group" });
export type Group = z.infer<typeof Group>;

export const GroupMember = z
  .object({
    user_id: z.string(),
    name: z.string(),
    email: z.string(),
    disabled: z.boolean(),
    created_at: z.string(),
  })
  .meta({ id: "GroupMember" });
export type GroupMember = z.infer<typeof GroupMember>;

export const ListGroupsInput = PageInput;
export const GroupPage = pageOf(Group);
export const CreateGroupInput = inputOf({ name: GroupName, claim: Claim.nullable().optional() });
export type CreateGroupInput = z.infer<typeof CreateGroupInput>;
export const UpdateGroupInput = inputOf({
  id: Id,
  name: GroupName.optional(),
  claim: Claim.nullable().optional(),
});
export type UpdateGroupInput = z.infer<typeof UpdateGroupInput>;
export const GroupInput = inputOf({ id: Id });
export const ListGroupMembersInput = PageInput.extend({ id: Id });
export type ListGroupMembersInput = z.output<typeof ListGroupMembersInput>;
export const GroupMemberPage = pageOf(GroupMember);
export const GroupMemberInput = inputOf({ id: Id, user_id: Id });
export type GroupMemberInput = z.infer<typeof GroupMemberInput>;
