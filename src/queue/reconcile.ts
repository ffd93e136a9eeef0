import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { enqueueAdvance } from "./enqueue";
import { enqueueNextPending } from "./enqueue-next";
import { unlockPools } from "./takeover";

/** Any number that no other advisory lock of ours has. */
const LOCK = 7_015_882_301;
/** What changed this recently may be between two steps of its own. */
const SETTLED = sql`interval '3 seconds'`;

/**
 * Finds runs that want to go on while nothing says so (no claim, no job) and queues them: what a lost job, a
 * crash between two writes or a hand-made change leaves behind. One worker at a time does it. Returns how
 * many it queued.
 */
export async function reconcile(db: Db): Promise<number> {
  return db.transaction(async (tx) => {
    const [lock] = await tx.execute<{ taken: boolean }>(
      sql`select pg_try_advisory_xact_lock(${LOCK}::bigint) as taken`,
    );
    if (!lock?.taken) return 0;

    const strangers = await tx.execute<{ locked_by: string }>(sql`
      select distinct j.locked_by from graphile_worker._private_jobs j
      where j.locked_by is not null and j.locked_at < clock_timestamp() - interval '15 seconds'
        and not exists (select 1 from workers w where w.pool_id = j.locked_by)`);
    await unlockPools(
      tx,
      strangers.map((job) => job.locked_by),
    );

    const stranded = await tx.execute<{ id: string; priority: number }>(sql`
      select r.id, r.priority from workflow_runs r
      where (r.status = 'running'
             or (r.status = 'paused' and exists (
               select 1 from workflow_run_steps s
               where s.workflow_run_id = r.id and s.status = 'running' and s.waiting_for is null)))
        and r.claimed_by is null and r.updated_at < clock_timestamp() - ${SETTLED}
        and not exists (
          select 1 from graphile_worker._private_jobs j where j.key = 'run:' || r.id)`);
    for (const run of stranded) await enqueueAdvance(tx, run.id, { priority: run.priority });

    const roomy = await tx.execute<{ project_id: string }>(sql`
      select distinct r.project_id from workflow_runs r
      join projects p on p.id = r.project_id
      where r.status = 'pending' and r.claimed_by is null and r.updated_at < clock_timestamp() - ${SETTLED}
        and not exists (select 1 from graphile_worker._private_jobs j where j.key = 'run:' || r.id)
        and p.max_concurrent_runs > (
          select count(*) from workflow_runs busy where busy.project_id = p.id and busy.status = 'running'
        and busy.waiting_since is null)
      order by r.project_id`);
    for (const { project_id } of roomy) await enqueueNextPending(tx, project_id);
    return stranded.length + roomy.length;
  });
}
