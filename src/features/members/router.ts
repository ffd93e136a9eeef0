import { z } from "zod";
import { procedure, router } from "../../trpc/procedures";
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

const tags = ["members"];

export const membersRouter = router({
  list: procedure
    .meta({
      openapi: {
        method: "GET",
        path: "/projects/{project_id}/members",
        tags,
        summary: "Members of a project",
      },
    })
    .input(ListMembersInput)
    .output(MemberPage)
    .query(({ ctx, input }) => listMembers(ctx, input)),
  add: procedure
    .meta({
      openapi: {
        method: "POST",
        path: "/projects/{project_id}/members",
        tags,
        summary: "Add a member by e-mail",
        description:
          "Somebody with an account on this server. Roles are `viewer`, `member`, `maintainer` and `owner`.",
      },
      created: true,
    })
    .input(AddMemberInput)
    .output(Member)
    .mutation(({ ctx, input }) => addMember(ctx, input)),
  update: procedure
    .meta({
      openapi: {
        method: "PATCH",
        path: "/projects/{project_id}/members/{user_id}",
        tags,
        summary: "Change a role",
      },
    })
    .input(UpdateMemberInput)
    .output(Member)
    .mutation(({ ctx, input }) => updateMember(ctx, input)),
  remove: procedure
    .meta({
      openapi: {
        method: "DELETE",
        path: "/projects/{project_id}/members/{user_id}",
        tags,
        summary: "Remove a member",
        description:
          "Owners may, and everybody themselves. A project keeps at least one owner. Open streams of theirs end.",
      },
    })
    .input(RemoveMemberInput)
    .output(z.object({ user_id: z.string() }))
    .mutation(({ ctx, input }) => removeMember(ctx, input)),
});
