import { eq } from "drizzle-orm";
import { findAccountLink, linkIsOver, takeAccountLink } from "../../../auth/account-links";
import { hashPassword } from "../../../auth/password";
import { refusePasswords } from "../../../auth/passwords-allowed";
import { endSessions } from "../../../auth/sessions";
import type { Db, ReadDb } from "../../../db/client";
import { users } from "../../../db/schema/users";
import { audit, commit } from "../../../events/emit";
import type { UseLinkInput } from "../schema";

/** Whose link it is, for its page. Throws NOT_FOUND. */
export async function readLink(
  db: ReadDb,
  { token }: { token: string },
): Promise<{ kind: "invitation" | "reset" | "enter"; name: string; email: string }> {
  const link = await findAccountLink(db, token);
  if (!link) throw linkIsOver();
  const { kind, name, email } = link;
  return { kind, name, email };
}

/**
 * Sets the password of the person whose link it is, and the name where they were invited. Uses the link up and ends
 * their other sessions. Throws NOT_FOUND.
 */
export async function setPasswordByLink(
  { db, address }: { db: Db; address: string },
  { token, name, password }: UseLinkInput,
): Promise<{ email: string }> {
  refusePasswords();
  // A wrong token costs no hash.
  if (!(await findAccountLink(db, token))) throw linkIsOver();
  const password_hash = await hashPassword(password);
  const record = {
    action: "users.useLink",
    outcome: "done",
    actor: { type: "anonymous" },
    address,
    project_id: null,
  } as const;
  return commit(db, record, async (tx) => {
    const { user_id, email, kind } = await takeAccountLink(tx, token);
    await tx
      .update(users)
      .set({
        password_hash,
        ...(kind === "invitation" && name !== undefined && { name }),
      })
      .where(eq(users.id, user_id));
    await endSessions(tx, user_id, null);
    audit(tx, { target: { type: "user", id: user_id }, after: { kind } });
    return { email };
  });
}
