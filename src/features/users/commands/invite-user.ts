import { eq } from "drizzle-orm";
import { makeAccountLink } from "../../../auth/account-links";
import { authorizeAdministrator, type Caller } from "../../../auth/scope";
import { findUserByEmail } from "../../../auth/users";
import type { Tx } from "../../../db/client";
import { users } from "../../../db/schema/users";
import { createOnce } from "../../../events/create-once";
import { audit } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { getPerson } from "../list-users";
import type { InviteUserInput, PersonLink } from "../schema";

/**
 * Makes an account without a password, which can be given roles at once, and a link by which the person sets one. Who
 * was invited before gets a new link. Throws CONFLICT where the address has come in already.
 */
export async function inviteUser(caller: Caller, input: InviteUserInput): Promise<PersonLink> {
  const scope = authorizeAdministrator(caller);
  return createOnce(caller, scope, "users.invite", (commit) => commit((tx) => invite(tx, input)));
}

/** As `inviteUser`, in a transaction of whoever has the right to. */
export async function invite(tx: Tx, input: InviteUserInput): Promise<PersonLink> {
  const { email, name, is_admin } = input;
  const [made] = await tx
    .insert(users)
    .values({ email, name, is_admin })
    .onConflictDoNothing()
    .returning({ id: users.id });
  const id = made?.id ?? (await inviteAgain(tx, input));
  audit(tx, { target: { type: "user", id, name }, after: { email, is_admin } });
  const link = await makeAccountLink(tx, id, "invitation");
  return { ...link, user: await getPerson(tx, id) };
}

async function inviteAgain(tx: Tx, { email, name, is_admin }: InviteUserInput): Promise<string> {
  const user = await findUserByEmail(tx, email);
  const status = user && (await getPerson(tx, user.id)).status;
  if (!user || status !== "invited") {
    const mend =
      status === "disabled"
        ? "is disabled. Enable it in the list of people instead."
        : "has come in already. Make a link to reset the password instead, if they cannot.";
    throw new AppError("CONFLICT", `The account of ${email} ${mend}`, [
      { path: "email", message: "has an account already" },
    ]);
  }
  await tx.update(users).set({ name, is_admin }).where(eq(users.id, user.id));
  return user.id;
}
