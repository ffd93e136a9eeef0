import { eq, sql } from "drizzle-orm";
import { endAccountLinks } from "../../../auth/account-links";
import { endAccess } from "../../../auth/end-access";
import { authorizeAdministrator, type Caller } from "../../../auth/scope";
import { findUserByEmail } from "../../../auth/users";
import type { Tx } from "../../../db/client";
import { users } from "../../../db/schema/users";
import { changed } from "../../../events/audit";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { getPerson } from "../list-users";
import type { Person, UpdateUserInput } from "../schema";
import { keepAnAdministrator, lockPeople } from "./keep-an-administrator";

/** Changes somebody's name, e-mail or standing, for administrators. Throws CONFLICT for the last administrator. */
export async function updateUser(caller: Caller, input: UpdateUserInput): Promise<Person> {
  const scope = authorizeAdministrator(caller);
  return transact(caller, scope, "users.update", (tx) => changeUser(tx, caller.actor.user_id, input));
}

/** As `updateUser`, in a transaction of whoever has the right to: this person, or null for the command line. */
export async function changeUser(
  tx: Tx,
  by: string | null,
  { id, email, name, is_admin, disabled }: UpdateUserInput,
): Promise<Person> {
  await lockPeople(tx);
  const before = await getPerson(tx, id);
  if (before.status === "nameless") {
    throw new AppError("CONFLICT", "This account was made nameless, which stays. Invite the person anew.");
  }
  if (disabled === true && id === by) {
    throw new AppError("CONFLICT", "You cannot disable your own account. Another administrator can.");
  }
  if (email !== undefined) await refuseTaken(tx, id, email);
  const disabled_at =
    disabled === undefined ? undefined : disabled ? sql`coalesce(disabled_at, now())` : null;
  const changes = { email, name, is_admin, disabled_at };
  // An update needs something to set.
  if (Object.values(changes).some((value) => value !== undefined))
    await tx.update(users).set(changes).where(eq(users.id, id));
  if (disabled) await endAccess(tx, id);
  // A link may have been sent to the address that is theirs no more.
  else if (email !== undefined && email !== before.email) await endAccountLinks(tx, id);
  await keepAnAdministrator(tx, before);
  const after = await getPerson(tx, id);
  audit(tx, { target: { type: "user", id, name: before.name }, ...changed(factsOf(before), factsOf(after)) });
  return after;
}

const factsOf = ({ name, email, is_admin, status }: Person) => ({ name, email, is_admin, status });

async function refuseTaken(tx: Tx, id: string, email: string): Promise<void> {
  const other = await findUserByEmail(tx, email);
  if (!other || other.id === id) return;
  throw new AppError("CONFLICT", `${email} is the address of another account, ${other.name}'s.`, [
    { path: "email", message: "is another account's" },
  ]);
}
