import { setTimeout as sleep } from "node:timers/promises";
import type { PoolClient } from "pg";
import { logger } from "../lib/logger";
import type { Db } from "./client";

/** What the leading process runs, until `stop`. */
export interface Duty {
  stop(): Promise<void>;
}

const RETRY_MS = 2_000;
const CHECK_MS = 2_000;

/**
 * Runs `duty` in one of the processes that ask for `name` on this database: the one whose session holds an advisory
 * lock. After its end another takes over within seconds. Two may run for a moment, so the duty must be safe to do
 * twice.
 */
export function leadOne(db: Db, name: string, duty: () => Promise<Duty>): Duty {
  const stopping = new AbortController();
  const done = takeTurns(db, name, duty, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}

async function takeTurns(db: Db, name: string, duty: () => Promise<Duty>, stop: AbortSignal): Promise<void> {
  const pause = (ms: number) => sleep(ms, undefined, { signal: stop }).catch(() => {});
  // A session for the lock alone, without an idle timeout.
  let session: PoolClient | undefined;
  while (!stop.aborted) {
    try {
      session ??= await db.$client.connect();
      const { rows } = await session.query<{ locked: boolean }>(
        "select pg_try_advisory_lock(hashtextextended($1, 0)) as locked",
        [`phaseboard ${name}`],
      );
      if (rows[0]?.locked) await lead(session, duty, stop, pause);
    } catch (error) {
      logger.debug({ err: error, name }, "lost the lead or could not ask for it; asking again");
      session?.release(true);
      session = undefined;
    }
    await pause(RETRY_MS * (0.75 + Math.random() / 2));
  }
  session?.release(true);
}

async function lead(
  session: PoolClient,
  duty: () => Promise<Duty>,
  stop: AbortSignal,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  const active = await duty();
  try {
    while (!stop.aborted) {
      await pause(CHECK_MS);
      // Fails where the session was lost, and the lock with it.
      await session.query("select 1");
    }
  } finally {
    await active.stop();
  }
}
