import type { Caller } from "../../../auth/scope";
import { signOutEverywhere } from "../../../auth/users";
import { requireSession } from "./require-session";

/** Ends every session of the caller, this one too. */
export async function endOwnSessions({ db, actor }: Caller): Promise<Record<string, never>> {
  requireSession(actor);
  await signOutEverywhere(db, actor.user_id);
  return {};
}
