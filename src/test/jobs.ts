import { sql } from "drizzle-orm";
import type { Db } from "../db/client";

/** Has a job read as taken by a pool some time ago, which only the queue itself can do in a way that is public. */
export async function lockJob(db: Db, key: string, pool_id: string, ago = "0 seconds"): Promise<void> {
  await db.execute(sql`
    update graphile_worker._private_jobs set locked_by = ${pool_id}, locked_at = now() - ${ago}::interval
    where key = ${key}`);
}

/** Removes all jobs, whoever has taken them. */
export async function removeJobs(db: Db): Promise<void> {
  await db.execute(sql`
    select graphile_worker.force_unlock_workers(array_agg(locked_by)) from graphile_worker.jobs
    where locked_by is not null`);
  await db.execute(sql`select graphile_worker.complete_jobs(array_agg(id)) from graphile_worker.jobs`);
}
