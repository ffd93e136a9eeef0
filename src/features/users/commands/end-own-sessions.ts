import type { Caller } from "../../../auth/scope";
import { signOutEverywhere } from "../../../auth/users";
import { requireSession } from "./require-session";

/** Ends all of the caller's sessions, including this one. */
export async function endOwnSessions({ db, actor }: Caller): Promise<Record<string, never>> {
  requireSession(actor);
  await signOutEverywhere(db, actor.user_id);
  return {};
}
