import { type SQL, sql } from "drizzle-orm";
import type { Tx } from "../db/client";

/**
 * Queues "look at this run" in the caller's transaction. A job of the run that no worker has taken yet is
 * replaced, so at most one waits; one that is being worked on is left alone and the new one follows it.
 */
export async function enqueueAdvance(
  tx: Pick<Tx, "execute">,
  run_id: string,
  options: { run_at?: Date; priority?: number } = {},
): Promise<void> {
  await tx.execute(sql`select ${advanceJob(sql`${run_id}::text`, options)}`);
}

/** The same as a part of a statement. */
export function advanceJob(
  run_id: SQL,
  { run_at, priority = 0 }: { run_at?: Date; priority?: number | SQL } = {},
): SQL {
  // A lower number is worked on first in graphile-worker; ours reads the other way round.
  return sql`graphile_worker.add_job(
    'advance', json_build_object('run_id', ${run_id}),
    run_at := ${run_at?.toISOString() ?? null}::timestamptz,
    max_attempts := 32767,
    job_key := 'run:' || ${run_id},
    priority := -(${priority})::int)`;
}

/** How long behind its end a run's logs become files. */
const FILE_LOGS_AFTER = sql`interval '30 seconds'`;

/** Has the logs of a run that has ended made files of, in the caller's transaction. */
export async function enqueueFileLogs(tx: Pick<Tx, "execute">, run_id: string): Promise<void> {
  await tx.execute(sql`select graphile_worker.add_job(
    'file_logs', json_build_object('run_id', ${run_id}::text),
    run_at := now() + ${FILE_LOGS_AFTER},
    max_attempts := 32767,
    job_key := 'logs:' || ${run_id}::text,
    -- Behind every run.
    priority := 32000)`);
}
