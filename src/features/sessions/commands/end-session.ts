import { and, eq } from "drizzle-orm";
import { type Caller, ownScope } from "../../../auth/scope";
import { sessions } from "../../../db/schema/sessions";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { requireSession } from "../../users/commands/require-session";
import type { EndedSessions } from "../schema";

/** Ends a session of the caller's, also the one by which they ask. Throws FORBIDDEN for a token. */
export async function endSession(caller: Caller, { id }: { id: string }): Promise<EndedSessions> {
  const { user_id } = requireSession(caller.actor);
  return transact(caller, ownScope(caller), "sessions.end", async (tx) => {
    const [ended] = await tx
      .delete(sessions)
      .where(and(eq(sessions.id, id), eq(sessions.user_id, user_id)))
      .returning({ device: sessions.device, address: sessions.address });
    if (!ended) throw new AppError("NOT_FOUND", "There is no such session of yours.");
    audit(tx, { target: { type: "session", id, name: ended.device }, before: { address: ended.address } });
    return { ended: 1 };
  });
}
