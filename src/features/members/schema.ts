import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { PageInput, pageOf } from "../../lib/page";
import { PROJECT_ROLES } from "../../model/roles";
import { Email } from "../users/schema";

const Role = z.enum(PROJECT_ROLES);

export const Member = z
  .object({
    project_id: z.string(),
    user_id: z.string(),
    name: z.string(),
    email: z.string(),
    role: Role,
    created_at: z.string(),
  })
  .meta({ id: "Member" });
export type Member = z.infer<typeof Member>;

export const ListMembersInput = PageInput.extend({ project_id: Id });
export type ListMembersInput = z.output<typeof ListMembersInput>;
export const MemberPage = pageOf(Member).extend({
  owners_count: z.number().int().describe("How many owners the project has in all."),
});
export const AddMemberInput = inputOf({ project_id: Id, email: Email, role: Role });
export type AddMemberInput = z.infer<typeof AddMemberInput>;
export const UpdateMemberInput = inputOf({ project_id: Id, user_id: Id, role: Role });
export type UpdateMemberInput = z.infer<typeof UpdateMemberInput>;
export const RemoveMemberInput = inputOf({ project_id: Id, user_id: Id });
export type RemoveMemberInput = z.infer<typeof RemoveMemberInput>;
