import { type Caller, ownScope } from "../../../auth/scope";
import { endSessions } from "../../../auth/sessions";
import { audit, transact } from "../../../events/emit";
import { requireSession } from "../../users/commands/require-session";
import type { EndedSessions } from "../schema";

/** Ends all of the caller's sessions but the one by which they ask. Throws FORBIDDEN for a token. */
export async function endOtherSessions(caller: Caller): Promise<EndedSessions> {
  const { user_id, session_id } = requireSession(caller.actor);
  return transact(caller, ownScope(caller), "sessions.endOthers", async (tx) => {
    const ended = await endSessions(tx, user_id, session_id);
    audit(tx, { after: { ended } });
    return { ended };
  });
}
