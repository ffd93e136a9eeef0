import { and, eq } from "drizzle-orm";
import { authorizeAdministrator, type Caller } from "../../../auth/scope";
import { groupMembers } from "../../../db/schema/people";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { getGroup } from "../queries";
import type { GroupMemberInput } from "../schema";

/** Takes a person out of the group. Ends their open streams of projects where they had a role by it alone. */
export async function removeGroupMember(
  caller: Caller,
  { id, user_id }: GroupMemberInput,
): Promise<{ user_id: string }> {
  const scope = authorizeAdministrator(caller);
  return transact(caller, scope, "groups.removeMember", async (tx) => {
    const { name } = await getGroup(tx, id);
    const [gone] = await tx
      .delete(groupMembers)
      .where(and(eq(groupMembers.group_id, id), eq(groupMembers.user_id, user_id)))
      .returning({ user_id: groupMembers.user_id });
    if (!gone) throw new AppError("NOT_FOUND", "There is no such person in this group.");
    audit(tx, { target: { type: "user", id: user_id }, before: { group: name } });
    return gone;
  });
}
