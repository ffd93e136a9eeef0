import type { Caller } from "../../../auth/scope";
import { changePassword } from "../../../auth/users";
import { requireSession } from "./require-session";

/** Needs the present password. Ends every session of the caller, so they sign in anew everywhere. */
export async function changeOwnPassword(
  { db, actor }: Caller,
  input: { current_password: string; new_password: string },
): Promise<Record<string, never>> {
  requireSession(actor);
  await changePassword(db, actor.user_id, input.current_password, input.new_password);
  return {};
}
