import { and, eq, isNull } from "drizzle-orm";
import { authorizeAdministrator, type Caller } from "../../../auth/scope";
import { groupMembers } from "../../../db/schema/people";
import { users } from "../../../db/schema/users";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { findGroupMember, getGroup } from "../queries";
import type { GroupMember, GroupMemberInput } from "../schema";

/** Puts a person into the group. Throws CONFLICT where the provider's claims decide who is in it. */
export async function addGroupMember(
  caller: Caller,
  { id, user_id }: GroupMemberInput,
): Promise<GroupMember> {
  const scope = authorizeAdministrator(caller);
  return transact(caller, scope, "groups.addMember", async (tx) => {
    const { claim, name } = await getGroup(tx, id);
    if (claim !== null) {
      throw new AppError(
        "CONFLICT",
        `Who is in ${name} is decided at sign-in by ${claim}. Take the claim off the group to choose people here.`,
      );
    }
    const [user] = await tx
      .select({ nameless_at: users.nameless_at })
      .from(users)
      .where(and(eq(users.id, user_id), isNull(users.project_id)));
    if (!user || user.nameless_at !== null) throw new AppError("NOT_FOUND", "There is no such person.");
    await tx.insert(groupMembers).values({ group_id: id, user_id }).onConflictDoNothing();
    const member = await findGroupMember(tx, id, user_id);
    if (!member) throw new Error("the member's row did not come back");
    audit(tx, { target: { type: "user", id: user_id }, after: { group: name } });
    return member;
  });
}
