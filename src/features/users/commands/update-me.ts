import { eq } from "drizzle-orm";
import { type Caller, ownScope } from "../../../auth/scope";
import { requireWholeAccount } from "../../../auth/token-scopes";
import { users } from "../../../db/schema/users";
import { changed } from "../../../events/audit";
import { audit, transact } from "../../../events/emit";
import { getMe } from "../queries";
import type { Me } from "../schema";

/** Changes the caller's own name. */
export async function updateMe(caller: Caller, input: { name: string }): Promise<Me> {
  requireWholeAccount(caller.actor);
  const { user_id, name } = caller.actor;
  await transact(caller, ownScope(caller), "users.updateMe", async (tx) => {
    await tx.update(users).set({ name: input.name }).where(eq(users.id, user_id));
    audit(tx, changed({ name }, input));
  });
  return getMe(caller);
}
