import { and, eq, ne } from "drizzle-orm";
import { type Caller, ownScope } from "../../../auth/scope";
import { identities } from "../../../db/schema/people";
import { users } from "../../../db/schema/users";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { readSettings } from "../../../lib/settings";
import { requireSession } from "./require-session";

/** Takes an account at the provider off the caller's. Throws CONFLICT for the only way in. */
export async function unlink(caller: Caller, { id }: { id: string }): Promise<{ id: string }> {
  const { actor } = caller;
  requireSession(actor);
  return transact(caller, ownScope(caller), "users.unlink", async (tx) => {
    const [user] = await tx.select().from(users).where(eq(users.id, actor.user_id)).for("update");
    const theirs = eq(identities.user_id, actor.user_id);
    const hasPassword = readSettings().passwords && user?.password_hash !== null;
    if (!hasPassword && (await tx.$count(identities, and(theirs, ne(identities.id, id)))) === 0) {
      throw new AppError(
        "CONFLICT",
        "It is your only way to sign in. Set a password first, or link another.",
      );
    }
    const [gone] = await tx
      .delete(identities)
      .where(and(theirs, eq(identities.id, id)))
      .returning();
    if (!gone) throw new AppError("NOT_FOUND", "There is no such link of yours.");
    audit(tx, { before: { issuer: gone.issuer, label: gone.label } });
    return { id };
  });
}
