import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { enqueueAdvance } from "./enqueue";

/** A run that a worker held when it died; `epoch` is the void claim's. */
export interface Orphan {
  run_id: string;
  epoch: number;
  host: string;
}

/**
 * Removes workers that are dead (`gone`: their process is known to have ended; the rest of `suspects` only
 * where their heartbeat is still late), hands their jobs back to the queue and queues the runs they held.
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

/** Gives back the jobs that these pools had locked; they would stay locked for four hours. */
export async function unlockPools(tx: Pick<Db, "execute">, pool_ids: string[]): Promise<void> {
  if (pool_ids.length === 0) return;
  const list = sql.join(
    pool_ids.map((id) => sql`${id}`),
    sql`, `,
  );
  await tx.execute(sql`select graphile_worker.force_unlock_workers(array[${list}]::text[])`);
}
