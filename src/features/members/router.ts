import { z } from "zod";
import { procedure, restOf, router } from "../../trpc/procedures";
import { addMember } from "./commands/add-member";
import { removeMember } from "./commands/remove-member";
import { updateMember } from "./commands/update-member";
import { listMembers } from "./queries";
import {
  AddMemberInput,
  ListMembersInput,
  Member,
  MemberPage,
  RemoveMemberInput,
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
});
