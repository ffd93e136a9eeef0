import { type Caller, ownScope } from "../../../auth/scope";
import { signOutEverywhere } from "../../../auth/users";
import { transact } from "../../../events/emit";
import { requireSession } from "./require-session";

/** Ends all of the caller's sessions, including this one. */
export async function endOwnSessions(caller: Caller): Promise<Record<string, never>> {
  const { user_id } = caller.actor;
  requireSession(caller.actor);
  await transact(caller, ownScope(caller), "users.signOutEverywhere", (tx) => signOutEverywhere(tx, user_id));
  return {};
}
