import { and, eq, isNull, sql } from "drizzle-orm";
import type { Tx } from "../db/client";
import { apiTokens } from "../db/schema/tokens";
import { endAccountLinks } from "./account-links";
import { endSessions } from "./sessions";

/**
 * Ends every session, token and link of this person for good; their streams notice it within three seconds. Schedules
 * and webhooks in their name are switched off within seconds, by the scheduler of each web process.
 */
export async function endAccess(tx: Tx, user_id: string): Promise<void> {
  await endSessions(tx, user_id, null);
  await tx
    .update(apiTokens)
    .set({ revoked_at: sql`now()` })
    .where(and(eq(apiTokens.user_id, user_id), isNull(apiTokens.revoked_at)));
  await endAccountLinks(tx, user_id);
}
