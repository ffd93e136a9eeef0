import { eq } from "drizzle-orm";
import { linkIsOver, takeAccountLink } from "../../../auth/account-links";
import { noteSignIn, type User } from "../../../auth/users";
import type { Db } from "../../../db/client";
import { users } from "../../../db/schema/users";
import { audit, commit } from "../../../events/emit";

/**
 * Signs in the person whose link the command line made where passwords are switched off; it is used up. Throws NOT_FOUND
 * where it has ended, or is a link of another kind.
 */
export async function enterByLink(
  { db, address }: { db: Db; address: string },
  token: string,
): Promise<User> {
  const record = {
    action: "users.enterByLink",
    outcome: "done",
    actor: { type: "anonymous" },
    address,
    project_id: null,
  } as const;
  return commit(db, record, async (tx) => {
    const { kind, user_id } = await takeAccountLink(tx, token);
    const [user] = await tx.select().from(users).where(eq(users.id, user_id));
    if (kind !== "enter" || !user) throw linkIsOver();
    await noteSignIn(tx, user_id);
    audit(tx, { target: { type: "user", id: user_id, name: user.name } });
    return user;
  });
}
