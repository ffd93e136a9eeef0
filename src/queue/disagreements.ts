import { type SQL, sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { heldBy } from "../db/room";
import { wantsRoom } from "./enqueue-next";

/** Rows that changed after this may be in the middle of a change. */
const SETTLED = sql`clock_timestamp() - interval '3 seconds'`;
/** A worker with an older heartbeat is gone, and no peer has taken it over. */
const GONE = sql`clock_timestamp() - interval '15 seconds'`;
/** A time after this was written while the clock was ahead. */
const AHEAD = sql`clock_timestamp() + interval '5 seconds'`;
/** Longest pause between tries of a run after a fault of the engine. The queue's pauses grow to hours. */
const PATIENCE = sql`clock_timestamp() + interval '30 seconds'`;

/** The run `r` can go on as soon as a worker takes it. */
const WANTS = sql`(r.status = 'running' or (r.status = 'paused' and (
  exists (
    select 1 from workflow_run_steps s
    where s.workflow_run_id = r.id and s.status = 'running' and s.waiting_for is null)
  or exists (select 1 from workflow_journal k where k.workflow_run_id = r.id))))`;
const UNCLAIMED = sql`r.claimed_by is null and (r.updated_at < ${SETTLED} or r.updated_at > ${AHEAD})`;
/** The run has a job. A taken job without a claim does not count: the answer that gave it to a worker was lost. */
const HAS_JOB = sql`exists (
  select 1 from graphile_worker.jobs j
  where j.key = 'run:' || r.id and (j.locked_at is null or j.locked_at > ${GONE}))`;
/** Steps `s` that wait for a time, with the time `w.since` at which their attempt began to wait. */
export const WAITS = sql`workflow_run_steps s cross join lateral (
    select case s.status when 'running' then max(a.started_at) filter (where a.status = 'running')
           else max(a.completed_at) end as since
    from workflow_run_step_attempts a
    where a.workflow_run_step_id = s.id and s.status in ('running', 'pending') and s.wake_at is not null
  ) w`;
const ENDED = sql`('completed', 'failed', 'cancelled')`;

/**
 * Ways in which rows can contradict each other or the queue, with queries for the ids (of runs, unless the name says
 * otherwise). Workers check and mend them regularly.
 */
const QUERIES = {
  /** The run can go on, but has neither a claim nor a job. */
  unmoved_runs: sql`
    select r.id from workflow_runs r
    where ${WANTS} and r.ready_since is null and ${UNCLAIMED} and not ${HAS_JOB}`,
  /** The run's wait is over, but its job is still set to a later time. */
  overslept_runs: sql`
    select r.id from workflow_runs r where r.status = 'running' and ${UNCLAIMED}
      and exists (
        select 1 from graphile_worker.jobs j
        where j.key = 'run:' || r.id and j.locked_at is null and j.run_at > clock_timestamp())
      and (exists (
        select 1 from workflow_run_steps s
        where s.workflow_run_id = r.id and s.status in ('running', 'pending') and s.wake_at < ${SETTLED})
      or (r.waiting_since is not null and not exists (
        select 1 from workflow_run_steps s where s.workflow_run_id = r.id
          and (s.waiting_for is not null or (s.status = 'pending' and s.wake_at is not null)))))`,
  /** The run's job was put off for long, after many failures or by a clock that was ahead. */
  put_off_runs: sql`
    select r.id from workflow_runs r
    where ${UNCLAIMED} and exists (
      select 1 from graphile_worker.jobs j
      where j.key = 'run:' || r.id and j.locked_at is null and j.run_at > ${PATIENCE}
        and (j.attempts > 0 or (r.waiting_since is null and not exists (
          select 1 from workflow_run_steps s where s.workflow_run_id = r.id and s.wake_at is not null))))`,
  /** Steps whose wait is too long, since it was recorded while the clock was ahead. */
  late_waits: sql`
    select s.id from ${WAITS}
    where s.status in ('running', 'pending') and s.wake_at is not null and w.since > ${AHEAD}`,
  /** The project has room for the run, nothing holds it, and the run has no job. */
  unstarted_runs: sql`
    select r.id from workflow_runs r join projects p on p.id = r.project_id
    where ${wantsRoom} and ${UNCLAIMED} and not ${HAS_JOB}
      and not (r.status = 'pending' and ${sql.raw(heldBy("p"))} is not null)
      and p.max_concurrent_runs > (
        select count(*) from workflow_runs busy
        where busy.project_id = p.id and busy.status = 'running' and busy.waiting_since is null)`,
  /** The run is held by a worker that sends no heartbeats. */
  orphaned_runs: sql`
    select r.id from workflow_runs r join workers w on w.id = r.claimed_by where w.heartbeat_at < ${GONE}`,
  /** Pools that hold jobs and belong to no worker. */
  lost_pools: sql`
    select distinct j.locked_by as id from graphile_worker.jobs j
    where j.locked_by is not null and j.locked_at < ${GONE}
      and not exists (select 1 from workers w where w.pool_id = j.locked_by)`,
  /** Jobs that were replaced by newer ones while their worker died; nobody will take them. */
  dead_jobs: sql`
    select j.id::text as id from graphile_worker.jobs j
    where j.key is null and j.locked_at is null and j.attempts >= j.max_attempts`,
  /** The logs are still rows long after the run's end, and no job will turn them into files. */
  unfiled_logs: sql`
    select distinct r.id from workflow_log_chunks c
    join workflow_run_step_attempts a on a.id = c.attempt_id
    join workflow_run_steps s on s.id = a.workflow_run_step_id
    join workflow_runs r on r.id = s.workflow_run_id
    where r.status in ${ENDED} and r.claimed_by is null and r.updated_at < clock_timestamp() - interval '2 minutes'
      and not exists (select 1 from graphile_worker.jobs j where j.key = 'logs:' || r.id)`,
  /** Steps that are running or pending in a run that has ended. */
  open_steps: sql`
    select s.id from workflow_run_steps s join workflow_runs r on r.id = s.workflow_run_id
    where s.status in ('running', 'pending') and r.status in ${ENDED} and r.updated_at < ${SETTLED}`,
  /** Attempts that are running although their step is not, or has a later attempt. */
  open_attempts: sql`
    select a.id from workflow_run_step_attempts a join workflow_run_steps s on s.id = a.workflow_run_step_id
    where a.status = 'running' and (s.status <> 'running' or s.attempt <> a.number)
      and a.updated_at < ${SETTLED} and s.updated_at < ${SETTLED}`,
  /** Sessions that are running although their step is not. */
  open_sessions: sql`
    select g.id from agent_sessions g
    where g.status = 'running' and g.updated_at < ${SETTLED} and not exists (
      select 1 from workflow_run_steps s where s.agent_session_id = g.id and s.status = 'running')`,
  /** Permission requests that are open although their session has ended. */
  open_questions: sql`
    select q.id from agent_permission_requests q join agent_sessions g on g.id = q.agent_session_id
    where q.status = 'pending' and g.status <> 'running' and q.updated_at < ${SETTLED}`,
} satisfies Record<string, SQL>;

export type DisagreementKind = keyof typeof QUERIES;

export interface Disagreement {
  kind: DisagreementKind;
  ids: string[];
}

/** The ids that disagree now, for each of these kinds. Changes nothing. */
export async function findDisagreements(
  db: Pick<Db, "execute">,
  kinds: DisagreementKind[] = Object.keys(QUERIES) as DisagreementKind[],
): Promise<Disagreement[]> {
  const found: Disagreement[] = [];
  for (const kind of kinds) {
    const { rows } = await db.execute<{ id: string }>(sql`${QUERIES[kind]} order by 1`);
    if (rows.length > 0) found.push({ kind, ids: rows.map(({ id }) => id) });
  }
  return found;
}
