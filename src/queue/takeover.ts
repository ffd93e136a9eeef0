import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { enqueueAdvance } from "./enqueue";

/** A run that a dead worker held; `epoch` is that of the void claim. */
export interface Orphan {
  run_id: string;
  epoch: number;
  host: string;
}

/**
 * Removes dead workers, returns their jobs to the queue and queues their runs. `gone`: processes known to have ended.
 * Other `suspects` are removed only if their heartbeat is still late.
 */
export async function takeOver(
  db: Db,
  suspects: string[],
  gone: string[],
  lease_ms: number,
): Promise<Orphan[]> {
  if (suspects.length === 0) return [];
  return db.transaction(async (tx) => {
    const surely = gone.length > 0 ? sql`w.id in ${gone}` : sql`false`;
    const { rows: dead } = await tx.execute<{ id: string; pool_id: string; host: string }>(sql`
      select w.id, w.pool_id, w.host from workers w
      where w.id in ${suspects}
        and (${surely} or w.heartbeat_at < clock_timestamp() - ${lease_ms} * interval '1 millisecond')
      for update skip locked`);
    if (dead.length === 0) return [];
    const ids = dead.map((worker) => worker.id);
    const { rows: runs } = await tx.execute<{
      id: string;
      epoch: number;
      priority: number;
      claimed_by: string;
    }>(sql`
      select id, epoch, priority, claimed_by from workflow_runs
      where claimed_by in ${ids} order by id for no key update`);
    // The foreign key clears claimed_by.
    await tx.execute(sql`delete from workers where id in ${ids}`);
    for (const run of runs) await enqueueAdvance(tx, run.id, { priority: run.priority });
    await unlockPools(
      tx,
      dead.map((worker) => worker.pool_id),
    );
    const hosts = new Map(dead.map((worker) => [worker.id, worker.host]));
    return runs.map((run) => ({ run_id: run.id, epoch: run.epoch, host: hosts.get(run.claimed_by) ?? "" }));
  });
}

/** Unlocks the jobs of these pools, which would otherwise stay locked for four hours. */
export async function unlockPools(tx: Pick<Db, "execute">, pool_ids: string[]): Promise<void> {
  if (pool_ids.length === 0) return;
  const list = sql.join(
    pool_ids.map((id) => sql`${id}`),
    sql`, `,
  );
  await tx.execute(sql`select graphile_worker.force_unlock_workers(array[${list}]::text[])`);
}
