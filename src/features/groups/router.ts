import { z } from "zod";
import { procedure, restOf, router } from "../../trpc/procedures";
import { addGroupMember } from "./commands/add-group-member";
import { createGroup } from "./commands/create-group";
import { deleteGroup } from "./commands/delete-group";
import { removeGroupMember } from "./commands/remove-group-member";
import { updateGroup } from "./commands/update-group";
import { listGroupMembers, listGroups } from "./queries";
import {
  CreateGroupInput,
  Group,
  GroupInput,
  GroupMember,
  GroupMemberInput,
  GroupMemberPage,
  GroupPage,
  ListGroupMembersInput,
  ListGroupsInput,
  UpdateGroupInput,
} from "./schema";

const rest = restOf("groups");
const description = "For administrators of the installation.";

export const groupsRouter = router({
  list: procedure
    .meta(rest("GET", "/groups", "All groups"))
    .input(ListGroupsInput)
    .output(GroupPage)
    .query(({ ctx, input }) => listGroups(ctx, input)),
  create: procedure
    .meta(rest("POST", "/groups", "Make a group", { description, created: true }))
    .input(CreateGroupInput)
    .output(Group)
    .mutation(({ ctx, input }) => createGroup(ctx, input)),
  update: procedure
    .meta(rest("PATCH", "/groups/{id}", "Change a group", { description }))
    .input(UpdateGroupInput)
    .output(Group)
    .mutation(({ ctx, input }) => updateGroup(ctx, input)),
  delete: procedure
    .meta(
      rest("DELETE", "/groups/{id}", "Delete a group", {
        description: `Its roles in projects go with it; its people stay. ${description}`,
      }),
    )
    .input(GroupInput)
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => deleteGroup(ctx, input)),
  members: procedure
    .meta(rest("GET", "/groups/{id}/members", "Who is in a group", { description }))
    .input(ListGroupMembersInput)
    .output(GroupMemberPage)
    .query(({ ctx, input }) => listGroupMembers(ctx, input)),
  addMember: procedure
    .meta(rest("PUT", "/groups/{id}/members/{user_id}", "Put a person into a group", { description }))
    .input(GroupMemberInput)
    .output(GroupMember)
    .mutation(({ ctx, input }) => addGroupMember(ctx, input)),
  removeMember: procedure
    .meta(rest("DELETE", "/groups/{id}/members/{user_id}", "Take a person out of a group", { description }))
    .input(GroupMemberInput)
    .output(z.object({ user_id: z.string() }))
    .mutation(({ ctx, input }) => removeGroupMember(ctx, input)),
});
