import { sql } from "drizzle-orm";
import type { Tx } from "../db/client";

/** A lower number is worked on first in graphile-worker; ours reads the other way round. */
const toQueuePriority = (priority: number) => -priority;

/**
 * Queues "look at this run" in the caller's transaction. A job of the run that no worker has taken yet is
 * replaced, so at most one waits; one that is being worked on is left alone and the new one follows it.
 */
export async function enqueueAdvance(
  tx: Pick<Tx, "execute">,
  run_id: string,
  options: { run_at?: Date; priority?: number } = {},
): Promise<void> {
  await tx.execute(sql`
    select graphile_worker.add_job(
      'advance', ${JSON.stringify({ run_id })}::json,
      run_at := ${options.run_at?.toISOString() ?? null}::timestamptz,
      max_attempts := 32767,
      job_key := ${`run:${run_id}`},
      priority := ${toQueuePriority(options.priority ?? 0)})`);
}
