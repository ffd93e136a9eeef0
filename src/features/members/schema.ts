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
    role: Role.describe("The highest of their own role and those of their groups."),
    own_role: Role.nullable().describe(
      "What they were given themselves; null: only groups of theirs have a role.",
    ),
    groups: z.array(z.string()).describe("Names of their groups that have a role in the project."),
    disabled: z.boolean().describe("Their account is disabled, so they cannot come in."),
    created_at: z.string(),
  })
  .meta({ id: "Member" });
export type Member = z.infer<typeof Member>;

export const ListMembersInput = PageInput.extend({ project_id: Id });
export type ListMembersInput = z.output<typeof ListMembersInput>;
export const MemberPage = pageOf(Member).extend({
  owners_count: z.number().int().describe("How many owners that can act the project has in all."),
});
export const AddMemberInput = inputOf({ project_id: Id, email: Email, role: Role });
export type AddMemberInput = z.infer<typeof AddMemberInput>;
export const UpdateMemberInput = inputOf({ project_id: Id, user_id: Id, role: Role });
export type UpdateMemberInput = z.infer<typeof UpdateMemberInput>;
export const RemoveMemberInput = inputOf({ project_id: Id, user_id: Id });
export type RemoveMemberInput = z.infer<typeof RemoveMemberInput>;

export const ProjectGroup = z
  .object({
    project_id: z.string(),
    group_id: z.string(),
    name: z.string(),
    role: Role,
    members_count: z.number().int(),
    created_at: z.string(),
  })
  .meta({ id: "ProjectGroup" });
export type ProjectGroup = z.infer<typeof ProjectGroup>;

export const ListProjectGroupsInput = PageInput.extend({ project_id: Id });
export type ListProjectGroupsInput = z.output<typeof ListProjectGroupsInput>;
export const ProjectGroupPage = pageOf(ProjectGroup);
export const SetGroupInput = inputOf({ project_id: Id, group_id: Id, role: Role });
export type SetGroupInput = z.infer<typeof SetGroupInput>;
export const RemoveGroupInput = inputOf({ project_id: Id, group_id: Id });
export type RemoveGroupInput = z.infer<typeof RemoveGroupInput>;

/** A project that nobody can manage. */
export const OwnerlessProject = z
  .object({ id: z.string(), name: z.string(), slug: z.string(), created_at: z.string() })
  .meta({ id: "OwnerlessProject" });
export type OwnerlessProject = z.infer<typeof OwnerlessProject>;
export const OwnerlessPage = pageOf(OwnerlessProject);
export const TakeOverInput = inputOf({
  project_id: Id,
  user_id: Id.describe("Who becomes its owner; by default who asks.").optional(),
});
export type TakeOverInput = z.infer<typeof TakeOverInput>;
