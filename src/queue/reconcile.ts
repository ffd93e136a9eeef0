import { sql } from "drizzle-orm";
import type { Db, Tx } from "../db/client";
import { type DisagreementKind, findDisagreements } from "./disagreements";
import { enqueueAdvance, enqueueFileLogs } from "./enqueue";
import { enqueueNext } from "./enqueue-next";
import { unlockPools } from "./takeover";

/** Key of the advisory lock; no other use may have the same. */
const LOCK = 7_015_882_301;

/** How each disagreement between runs and jobs is mended, in this order. */
const MENDS: Partial<Record<DisagreementKind, (tx: Tx, ids: string[]) => Promise<void>>> = {
  lost_pools: unlockPools,
  dead_jobs: async (tx, ids) => {
    await tx.execute(sql`select graphile_worker.complete_jobs(${`{${ids.join(",")}}`}::bigint[])`);
  },
  unmoved_runs: enqueueRuns,
  overslept_runs: enqueueRuns,
  put_off_runs: enqueueRuns,
  unstarted_runs: async (tx, ids) => {
    const { rows: projects } = await tx.execute<{ id: string }>(sql`
      select distinct project_id as id from workflow_runs where id in ${ids} order by 1`);
    for (const { id } of projects) await enqueueNext(tx, id);
  },
  unfiled_logs: async (tx, ids) => {
    for (const id of ids) await enqueueFileLogs(tx, id);
  },
};

/**
 * Queues runs that can go on and have neither a claim nor a job, as after a lost job, a crash or a manual change. One
 * worker at a time does it. Returns the number of queued runs.
 */
export async function reconcile(db: Db): Promise<number> {
  return db.transaction(async (tx) => {
    const [lock] = (
      await tx.execute<{ taken: boolean }>(sql`select pg_try_advisory_xact_lock(${LOCK}::bigint) as taken`)
    ).rows;
    if (!lock?.taken) return 0;
    let queued = 0;
    for (const { kind, ids } of await findDisagreements(tx, Object.keys(MENDS) as DisagreementKind[])) {
      await MENDS[kind]?.(tx, ids);
      if (kind.endsWith("_runs")) queued += ids.length;
    }
    return queued;
  });
}

async function enqueueRuns(tx: Tx, ids: string[]): Promise<void> {
  const { rows: runs } = await tx.execute<{ id: string; priority: number }>(sql`
    select id, priority from workflow_runs where id in ${ids} order by id`);
  for (const run of runs) await enqueueAdvance(tx, run.id, { priority: run.priority });
}
