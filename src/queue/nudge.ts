import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { logger } from "../lib/logger";

/** For longer waits the queue's poll is exact enough: it is late by at most 2 s. */
const LONGEST_MS = 10_000;

/** Wakes the queue in `ms` milliseconds, when a job is due, so that a short wait does not become a poll's length. */
export function nudgeAfter(db: Pick<Db, "execute">, ms: number): void {
  if (ms <= 0 || ms > LONGEST_MS) return;
  const timer = setTimeout(() => {
    db.execute(sql`select pg_notify('jobs:insert', '{"count":1}')`).catch((error: unknown) =>
      logger.debug({ err: error }, "the queue's poll finds the job"),
    );
  }, ms + 10);
  timer.unref();
}
