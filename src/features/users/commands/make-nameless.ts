import { eq, sql } from "drizzle-orm";
import { endAccess } from "../../../auth/end-access";
import { authorizeAdministrator, type Caller } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { inboxItems } from "../../../db/schema/inbox";
import { looks } from "../../../db/schema/looks";
import { agentMessages } from "../../../db/schema/messages";
import { groupMembers, identities } from "../../../db/schema/people";
import { agentPermissionRequests } from "../../../db/schema/permissions";
import { projectStars } from "../../../db/schema/projects";
import { reviews } from "../../../db/schema/reviews";
import { users } from "../../../db/schema/users";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { getPerson } from "../list-users";
import type { Person } from "../schema";
import { keepAnAdministrator, lockPeople } from "./keep-an-administrator";

/**
 * Disables an account for good and replaces name and e-mail, here and where rows keep the name. Runs, comments and
 * decisions stay, as somebody's who left. Throws CONFLICT for the caller's own account.
 */
export async function makeNameless(caller: Caller, { id }: { id: string }): Promise<Person> {
  const scope = authorizeAdministrator(caller);
  return transact(caller, scope, "users.makeNameless", (tx) => takeName(tx, caller.actor.user_id, id));
}

async function takeName(tx: Tx, by: string, id: string): Promise<Person> {
  await lockPeople(tx);
  const before = await getPerson(tx, id);
  if (id === by) {
    throw new AppError("CONFLICT", "You cannot make your own account nameless. Another administrator can.");
  }
  // The record keeps no name of theirs either, from here on.
  audit(tx, { target: { type: "user", id, name: null }, after: { status: "nameless" } });
  if (before.status === "nameless") return before;
  // Part of the id, so that two who left can be told apart.
  const name = `Former member ${id.slice(0, 4)}`;
  await tx
    .update(users)
    .set({
      name,
      email: `${id}@nameless.invalid`,
      is_admin: false,
      password_hash: null,
      disabled_at: sql`coalesce(disabled_at, now())`,
      nameless_at: sql`now()`,
    })
    .where(eq(users.id, id));
  await endAccess(tx, id);
  await tx.delete(identities).where(eq(identities.user_id, id));
  await tx.delete(projectStars).where(eq(projectStars.user_id, id));
  await tx.delete(looks).where(eq(looks.user_id, id));
  await tx.delete(inboxItems).where(eq(inboxItems.user_id, id));
  await tx.delete(groupMembers).where(eq(groupMembers.user_id, id));
  await tx.update(reviews).set({ user_name: name }).where(eq(reviews.user_id, id));
  await tx.update(agentMessages).set({ created_by_name: name }).where(eq(agentMessages.created_by, id));
  await tx
    .update(agentPermissionRequests)
    .set({ answered_by_name: name })
    .where(eq(agentPermissionRequests.answered_by, id));
  await keepAnAdministrator(tx, before);
  return getPerson(tx, id);
}
