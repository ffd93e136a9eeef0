import { setTimeout as sleep } from "node:timers/promises";
import type postgres from "postgres";
import { logger } from "../lib/logger";
import type { Sql } from "./client";

/** What the leading process does, until it is told to stop. */
export interface Duty {
  stop(): Promise<void>;
}

const RETRY_MS = 2_000;
const CHECK_MS = 2_000;

/**
 * Has one process at a time do `duty`, of all that ask for `name` on this database: the one whose session
 * holds an advisory lock. When it stops or loses its session another takes over within some seconds. For
 * a moment both may act, so the duty must be safe to do twice.
 */
export function leadOne(sql: Sql, name: string, duty: () => Promise<Duty>): Duty {
  const stopping = new AbortController();
  const done = takeTurns(sql, name, duty, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}

async function takeTurns(
  sql: Sql,
  name: string,
  duty: () => Promise<Duty>,
  stop: AbortSignal,
): Promise<void> {
  const pause = (ms: number) => sleep(ms, undefined, { signal: stop }).catch(() => {});
  // A session of its own that is never given up for idleness, since the lock lives as long as it does.
  let session: postgres.ReservedSql | undefined;
  while (!stop.aborted) {
    try {
      session ??= await sql.reserve();
      const [turn] = await session<{ locked: boolean; pid: number }[]>`
        select pg_try_advisory_lock(hashtextextended(${`phaseboard ${name}`}, 0)) as locked, pg_backend_pid() as pid`;
      if (turn?.locked) await lead(session, turn.pid, duty, stop, pause);
    } catch (error) {
      logger.debug({ err: error, name }, "lost the lead or could not ask for it; asking again");
      session?.release();
      session = undefined;
    }
    await pause(RETRY_MS * (0.75 + Math.random() / 2));
  }
  session?.release();
}

async function lead(
  session: postgres.Sql,
  pid: number,
  duty: () => Promise<Duty>,
  stop: AbortSignal,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  const active = await duty();
  try {
    while (!stop.aborted) {
      await pause(CHECK_MS);
      const [now] = await session<{ pid: number }[]>`select pg_backend_pid() as pid`;
      // Another backend: the session was lost and with it the lock.
      if (now?.pid !== pid) return;
    }
  } finally {
    await active.stop();
  }
}
