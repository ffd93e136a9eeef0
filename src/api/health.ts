import { sql } from "drizzle-orm";
import packageJson from "../../package.json";
import { type ProviderState, providerState } from "../auth/oidc/provider-state";
import { isSchemaCurrent } from "../db/migrate";
import { workers, workflowRuns } from "../db/schema/runs";
import { logger } from "../lib/logger";
import { isFull, isLow, serverRoom } from "../lib/room";
import { readSettings } from "../lib/settings";
import { web } from "../trpc/web";

const { status, queued_at, ready_since } = workflowRuns;
/** Whether the disk has room, which is so until it is known otherwise. */
async function roomFacts() {
  const room = await serverRoom().catch(() => null);
  if (!room) return { status: "ok", free_bytes: null, low_water_bytes: null };
  return {
    status: isFull(room) ? "full" : isLow(room) ? "low" : "ok",
    free_bytes: room.free,
    low_water_bytes: Math.round(room.mark),
  };
}

/** Whether the provider answers, as last seen; null where none is set up. */
export function signInProviderState(): ProviderState | null {
  const { oidc } = readSettings();
  return oidc ? providerState(oidc.issuer) : null;
}

const NO_QUEUE = { queued: 0, oldest_queued_at: null };

/** `GET /api/health`: 200 only when the database answers and its schema is current. */
export async function handleHealth(): Promise<Response> {
  const { version } = packageJson;
  // Also told where the database does not answer, since a full disk may be why.
  const room = await roomFacts();
  try {
    const { db } = web();
    const current = await isSchemaCurrent(db);
    const [[row], [waiting]] = await Promise.all([
      db.select({ count: sql<number>`count(*)::int` }).from(workers),
      db
        .select({
          queued: sql<number>`count(*)::int`,
          oldest_queued_at: sql<string | null>`min(coalesce(${ready_since}, ${queued_at}))`.mapWith(
            queued_at,
          ),
        })
        .from(workflowRuns)
        .where(sql`${status} = 'pending' or (${status} = 'running' and ${ready_since} is not null)`),
    ]);
    const body = {
      status: current ? "ok" : "degraded",
      database: current ? "ok" : "schema is not current",
      workers: row?.count ?? 0,
      // Runs that wait for room, a place or a worker.
      queue: waiting ?? NO_QUEUE,
      // Of the server's lowest disk; the database goes on, so the answer stays 200.
      room,
      // Whether people can sign in by the provider; null where none is set up.
      sign_on: signInProviderState(),
      version,
    };
    return Response.json(body, { status: current ? 200 : 503 });
  } catch (error) {
    logger.warn({ err: error }, "health: the database does not answer");
    return Response.json(
      {
        status: "degraded",
        database: "does not answer",
        workers: 0,
        queue: NO_QUEUE,
        room,
        sign_on: signInProviderState(),
        version,
      },
      { status: 503 },
    );
  }
}
