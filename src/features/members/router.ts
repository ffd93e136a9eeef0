import { z } from "zod";
import { PageInput } from "../../lib/page";
import { procedure, restOf, router } from "../../trpc/procedures";
import { addMember } from "./commands/add-member";
import { removeGroup } from "./commands/remove-group";
import { removeMember } from "./commands/remove-member";
import { setGroup } from "./commands/set-group";
import { takeOver } from "./commands/take-over";
import { updateMember } from "./commands/update-member";
import { listProjectGroups } from "./group-queries";
import { listOwnerless } from "./ownerless";
import { listMembers } from "./queries";
import {
  AddMemberInput,
  ListMembersInput,
  ListProjectGroupsInput,
  Member,
  MemberPage,
  OwnerlessPage,
  ProjectGroup,
  ProjectGroupPage,
  RemoveGroupInput,
  RemoveMemberInput,
  SetGroupInput,
  TakeOverInput,
  UpdateMemberInput,
} from "./schema";

const rest = restOf("members");

export const membersRouter = router({
  list: procedure
    .meta(rest("GET", "/projects/{project_id}/members", "Members of a project"))
    .input(ListMembersInput)
    .output(MemberPage)
    .query(({ ctx, input }) => listMembers(ctx, input)),
  add: procedure
    .meta(
      rest("POST", "/projects/{project_id}/members", "Add a member by e-mail", {
        description:
          "Somebody with an account on this server. Roles are `viewer`, `member`, `maintainer` and `owner`.",
        created: true,
      }),
    )
    .input(AddMemberInput)
    .output(Member)
    .mutation(({ ctx, input }) => addMember(ctx, input)),
  update: procedure
    .meta(rest("PATCH", "/projects/{project_id}/members/{user_id}", "Change a role"))
    .input(UpdateMemberInput)
    .output(Member)
    .mutation(({ ctx, input }) => updateMember(ctx, input)),
  remove: procedure
    .meta(
      rest("DELETE", "/projects/{project_id}/members/{user_id}", "Remove a member", {
        description:
          "Owners may, and everybody themselves. A project keeps at least one owner. Open streams of theirs end.",
      }),
    )
    .input(RemoveMemberInput)
    .output(z.object({ user_id: z.string() }))
    .mutation(({ ctx, input }) => removeMember(ctx, input)),
  listOwnerless: procedure
    .meta(
      rest("GET", "/ownerless-projects", "Projects without an owner that can act", {
        description: "For administrators of the installation.",
      }),
    )
    .input(PageInput)
    .output(OwnerlessPage)
    .query(({ ctx, input }) => listOwnerless(ctx, input)),
  takeOver: procedure
    .meta(
      rest("POST", "/projects/{project_id}/take-over", "Become the owner of a project without one", {
        description: "For administrators of the installation. Refused while an owner of it can act.",
      }),
    )
    .input(TakeOverInput)
    .output(Member)
    .mutation(({ ctx, input }) => takeOver(ctx, input)),
  listGroups: procedure
    .meta(rest("GET", "/projects/{project_id}/groups", "Groups that have a role in a project"))
    .input(ListProjectGroupsInput)
    .output(ProjectGroupPage)
    .query(({ ctx, input }) => listProjectGroups(ctx, input)),
  setGroup: procedure
    .meta(
      rest("PUT", "/projects/{project_id}/groups/{group_id}", "Give a group a role", {
        description: "Each of its members has the highest of their own role and those of their groups.",
      }),
    )
    .input(SetGroupInput)
    .output(ProjectGroup)
    .mutation(({ ctx, input }) => setGroup(ctx, input)),
  removeGroup: procedure
    .meta(rest("DELETE", "/projects/{project_id}/groups/{group_id}", "Take a group's role away"))
    .input(RemoveGroupInput)
    .output(z.object({ group_id: z.string() }))
    .mutation(({ ctx, input }) => removeGroup(ctx, input)),
});
