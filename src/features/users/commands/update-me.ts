import { eq } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { users } from "../../../db/schema/users";
import { getMe } from "../queries";
import type { Me } from "../schema";

/** Changes the caller's own name. */
export async function updateMe(caller: Caller, input: { name: string }): Promise<Me> {
  await caller.db.update(users).set({ name: input.name }).where(eq(users.id, caller.actor.user_id));
  return getMe(caller);
}
