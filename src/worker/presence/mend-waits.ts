import { sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import { wakeBy } from "../../engine/run/wake-by";
import { WAITS } from "../../queue/disagreements";
import { enqueueAdvance } from "../../queue/enqueue";

interface Wait extends Record<string, unknown> {
  run_id: string;
  priority: number;
  status: string;
  now: number;
  since: number;
  wake_at: number;
}

/**
 * Corrects the end of a wait (sleep, approval, retry delay) that was recorded while the clock was ahead, and sets other
 * future times of the run to now. Queues the run.
 */
export async function mendWait(db: Db, step_row_id: string): Promise<void> {
  await db.transaction(async (tx) => {
    // Locks the run first, like all that changes a run.
    await tx.execute(sql`
      select 1 from workflow_runs
      where id = (select workflow_run_id from workflow_run_steps where id = ${step_row_id})
      for no key update`);
    const [wait] = (
      await tx.execute<Wait>(sql`
      select r.id as run_id, r.priority, r.status, extract(epoch from clock_timestamp())::float8 * 1000 as now,
        extract(epoch from w.since)::float8 * 1000 as since, extract(epoch from s.wake_at)::float8 * 1000 as wake_at
      from ${WAITS} join workflow_runs r on r.id = s.workflow_run_id
      where s.id = ${step_row_id}`)
    ).rows;
    if (!wait) return;
    const { run_id, priority, status, now } = wait;
    const wake_at = new Date(wakeBy(now, wait)).toISOString();
    await tx.execute(sql`
      update workflow_run_steps
      set wake_at = ${wake_at}::timestamptz, started_at = ${notAhead("started_at")}, updated_at = now()
      where id = ${step_row_id}`);
    await tx.execute(sql`
      update workflow_run_step_attempts
      set started_at = ${notAhead("started_at")}, completed_at = ${notAhead("completed_at")}, updated_at = now()
      where workflow_run_step_id = ${step_row_id}`);
    // Tries are counted from the run's start, so it must not be in the future.
    await tx.execute(sql`
      update workflow_runs
      set started_at = ${notAhead("started_at")}, waiting_since = ${notAhead("waiting_since")}, updated_at = now()
      where id = ${run_id}`);
    if (status === "running") await enqueueAdvance(tx, run_id, { priority });
  });
}

const notAhead = (column: string) =>
  sql`case when ${sql.identifier(column)} > now() then now() else ${sql.identifier(column)} end`;
