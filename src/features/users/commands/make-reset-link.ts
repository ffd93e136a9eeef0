import { type LinkKind, makeAccountLink } from "../../../auth/account-links";
import { authorizeAdministrator, type Caller } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { getPerson } from "../list-users";
import type { PersonLink } from "../schema";

/** A link by which the person sets a new password: 24 hours, or 7 days for who was only invited so far. */
export async function makeResetLink(caller: Caller, { id }: { id: string }): Promise<PersonLink> {
  const scope = authorizeAdministrator(caller);
  return transact(caller, scope, "users.resetLink", (tx) => resetLink(tx, id));
}

/** As `makeResetLink`, in a transaction of whoever has the right to. `kind`: what the link is where the person has come in before. */
export async function resetLink(tx: Tx, id: string, kind: LinkKind = "reset"): Promise<PersonLink> {
  const { status, name } = await getPerson(tx, id);
  if (status === "disabled" || status === "nameless") {
    throw new AppError("CONFLICT", `The account of ${name} is ${status}, so no link lets them in.`, [
      { path: "id", message: `is ${status}` },
    ]);
  }
  const link = await makeAccountLink(tx, id, status === "invited" ? "invitation" : kind);
  audit(tx, { target: { type: "user", id, name }, after: { expires_at: link.expires_at } });
  return { ...link, user: await getPerson(tx, id) };
}
