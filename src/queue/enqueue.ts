import { type SQL, sql } from "drizzle-orm";
import type { Tx } from "../db/client";

/**
 * Queues a job that advances the run, in the caller's transaction. It replaces a job of the run that no worker has
 * taken, so at most one waits. A job in work stays, and the new one follows it.
 */
export async function enqueueAdvance(
  tx: Pick<Tx, "execute">,
  run_id: string,
  options: { run_at?: Date; priority?: number } = {},
): Promise<void> {
  await tx.execute(sql`select ${advanceJob(sql`${run_id}::text`, options)}`);
}

/** `enqueueAdvance` as part of a statement. */
export function advanceJob(
  run_id: SQL,
  { run_at, priority = 0 }: { run_at?: Date; priority?: number | SQL } = {},
): SQL {
  // graphile-worker takes lower numbers first; our priorities are the other way round.
  return sql`graphile_worker.add_job(
    'advance', json_build_object('run_id', ${run_id}),
    run_at := ${run_at?.toISOString() ?? null}::timestamptz,
    max_attempts := 32767,
    job_key := 'run:' || ${run_id},
    priority := -(${priority})::int)`;
}

/** Time from a run's end until its logs become files. */
const FILE_LOGS_AFTER = sql`interval '30 seconds'`;

/** Queues the job that turns an ended run's logs into files, in the caller's transaction. */
export async function enqueueFileLogs(tx: Pick<Tx, "execute">, run_id: string): Promise<void> {
  await tx.execute(sql`select graphile_worker.add_job(
    'file_logs', json_build_object('run_id', ${run_id}::text),
    run_at := now() + ${FILE_LOGS_AFTER},
    max_attempts := 32767,
    job_key := 'logs:' || ${run_id}::text)`);
}
