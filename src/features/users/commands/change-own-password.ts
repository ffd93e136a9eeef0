import type { Caller } from "../../../auth/scope";
import { changePassword } from "../../../auth/users";
import { requireSession } from "./require-session";

/** Needs the current password. Ends all of the caller's sessions, including this one. */
export async function changeOwnPassword(
  { db, actor, address }: Caller & { address: string },
  input: { current_password: string; new_password: string },
): Promise<Record<string, never>> {
  requireSession(actor);
  const { current_password: current, new_password: next } = input;
  await changePassword(db, actor.user_id, { current, next, address });
  return {};
}
