import { type Caller, ownScope } from "../../../auth/scope";
import { checkPassword, setPassword } from "../../../auth/users";
import { bookkeepingOf } from "../../../events/bookkeeping";
import { transact } from "../../../events/emit";
import { requireSession } from "./require-session";

/** Needs the current password. Ends all of the caller's sessions, including this one. */
export async function changeOwnPassword(
  caller: Caller & { address: string },
  input: { current_password: string; new_password: string },
): Promise<Record<string, never>> {
  const { actor, address } = caller;
  requireSession(actor);
  const { current_password: current, new_password: next } = input;
  await checkPassword(bookkeepingOf(caller), actor.user_id, { current, address });
  await transact(caller, ownScope(caller), "users.changePassword", (tx) =>
    setPassword(tx, actor.user_id, next),
  );
  return {};
}
