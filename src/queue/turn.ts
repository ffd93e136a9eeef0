import { type SQL, sql } from "drizzle-orm";
import type { Db, Tx } from "../db/client";
import { heldBy } from "../db/room";
import { isAtWork, isBlocked } from "../db/run-turns";

/**
 * How workers share their places among projects. The last free place goes to the project with the fewest runs at work.
 * As many extra places serve projects that have none at work.
 */

/** A job that has been due for this long has found no place at any worker. */
const UNTAKEN = sql`interval '250 milliseconds'`;

const busyOf = (project: SQL) => sql`(
  select count(*) from workflow_runs busy where busy.project_id = ${project} and ${sql.raw(isAtWork("busy"))})`;

/**
 * The run of another project that should get the place of `run_id`, since its project has fewer runs at work and has
 * room. Null where there is none, or where `run_id` is at work already.
 */
export async function fairerThan(tx: Pick<Tx, "execute">, run_id: string): Promise<string | null> {
  const [fairer] = (
    await tx.execute<{ id: string }>(sql`
    with own as materialized (
      select own.project_id, ${busyOf(sql`own.project_id`)} as busy
      from workflow_runs own where own.id = ${run_id} and not ${sql.raw(isAtWork("own"))} and own.status in ('pending', 'running')
    )
    select next.id from own
    join projects p on p.id <> own.project_id and own.busy > 0
    cross join lateral (select ${busyOf(sql`p.id`)} as busy) other
    cross join lateral (
      select r.id, j.run_at from workflow_runs r
      join graphile_worker.jobs j on j.key = 'run:' || r.id
      where r.project_id = p.id and r.status in ('pending', 'running') and not ${sql.raw(isAtWork("r"))}
        and r.claimed_by is null and j.locked_at is null and j.run_at <= now()
        and not (r.status = 'pending' and (${sql.raw(isBlocked("r"))} or ${sql.raw(heldBy("p"))} is not null))
      order by r.status = 'pending', r.priority desc, r.created_at, r.id limit 1
    ) next
    where other.busy < own.busy and other.busy < p.max_concurrent_runs
    order by other.busy, next.run_at, next.id limit 1`)
  ).rows;
  return fairer?.id ?? null;
}

/** A run without a place whose project has no run at work; null where there is none. */
export async function findLeftOut(db: Pick<Db, "execute">): Promise<string | null> {
  const [found] = (
    await db.execute<{ id: string }>(sql`
    select first.id from (
      select distinct on (r.project_id) r.id, j.run_at from graphile_worker.jobs j
      join workflow_runs r on r.id = substr(j.key, 5)
      join projects p on p.id = r.project_id
      where j.locked_at is null and j.run_at < clock_timestamp() - ${UNTAKEN} and r.claimed_by is null
        and r.status in ('pending', 'running') and not (r.status = 'pending' and (${sql.raw(isBlocked("r"))} or ${sql.raw(heldBy("p"))} is not null))
        and not exists (
          select 1 from workflow_runs busy where busy.project_id = r.project_id and ${sql.raw(isAtWork("busy"))})
      order by r.project_id, r.status = 'pending', r.priority desc, r.created_at, r.id
    ) first order by first.run_at, first.id limit 1`)
  ).rows;
  return found?.id ?? null;
}
