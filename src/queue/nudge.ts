import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { logger } from "../lib/logger";

/** Longer waits are found by the queue's poll, which is late by 2 s at most. */
const LONGEST_MS = 10_000;

/** Wakes the queue when a job that waits for `ms` is due, so that a short wait is not doubled by the poll. */
export function nudgeAfter(db: Pick<Db, "execute">, ms: number): void {
  if (ms <= 0 || ms > LONGEST_MS) return;
  const timer = setTimeout(() => {
    db.execute(sql`select pg_notify('jobs:insert', '{"count":1}')`).catch((error: unknown) =>
      logger.debug({ err: error }, "the queue's poll finds the job"),
    );
  }, ms + 10);
  timer.unref();
}
