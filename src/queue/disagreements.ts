import { type SQL, sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { wantsRoom } from "./enqueue-next";

/** What changed this recently may be between two steps of its own. */
const SETTLED = sql`clock_timestamp() - interval '3 seconds'`;
/** A worker that has not been heard of for so long, while none of its peers took it over. */
const GONE = sql`clock_timestamp() - interval '15 seconds'`;
/** What was written by now is not later than this, unless the clock was ahead. */
const AHEAD = sql`clock_timestamp() + interval '5 seconds'`;
/** Longest pause between two tries at a run that failed for a fault of our own; the queue's grow to hours. */
const PATIENCE = sql`clock_timestamp() + interval '30 seconds'`;

/** It goes on as soon as somebody looks. */
const WANTS = sql`(r.status = 'running' or (r.status = 'paused' and (
  exists (
    select 1 from workflow_run_steps s
    where s.workflow_run_id = r.id and s.status = 'running' and s.waiting_for is null)
  or exists (select 1 from workflow_journal k where k.workflow_run_id = r.id))))`;
const UNCLAIMED = sql`r.claimed_by is null and (r.updated_at < ${SETTLED} or r.updated_at > ${AHEAD})`;
/** A job that was taken and has not claimed its run by now: the answer that gave it to a worker was lost. */
const HAS_JOB = sql`exists (
  select 1 from graphile_worker.jobs j
  where j.key = 'run:' || r.id and (j.locked_at is null or j.locked_at > ${GONE}))`;
/** Steps `s` that wait for a time, each with the attempt's time `w.since` from which on it does. */
export const WAITS = sql`workflow_run_steps s cross join lateral (
    select case s.status when 'running' then max(a.started_at) filter (where a.status = 'running')
           else max(a.completed_at) end as since
    from workflow_run_step_attempts a
    where a.workflow_run_step_id = s.id and s.status in ('running', 'pending') and s.wake_at is not null
  ) w`;
const ENDED = sql`('completed', 'failed', 'cancelled')`;

/**
 * Ways in which rows can disagree with each other or with what runs, and the query that gives the ids (of runs
 * where nothing else is said). None of them stays: workers look for them all the time and mend them.
 */
const QUERIES = {
  /** It wants to go on, while nobody holds it and no job says so. */
  unmoved_runs: sql`
    select r.id from workflow_runs r
    where ${WANTS} and r.ready_since is null and ${UNCLAIMED} and not ${HAS_JOB}`,
  /** What it waited for has come, while its job waits on. */
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
  /** Its job has failed so often that it is put off for long, or a clock that was ahead has put it off. */
  put_off_runs: sql`
    select r.id from workflow_runs r
    where ${UNCLAIMED} and exists (
      select 1 from graphile_worker.jobs j
      where j.key = 'run:' || r.id and j.locked_at is null and j.run_at > ${PATIENCE}
        and (j.attempts > 0 or (r.waiting_since is null and not exists (
          select 1 from workflow_run_steps s where s.workflow_run_id = r.id and s.wake_at is not null))))`,
  /** Steps that wait longer than they say, since a clock that was ahead has recorded it. */
  late_waits: sql`
    select s.id from ${WAITS}
    where s.status in ('running', 'pending') and s.wake_at is not null and w.since > ${AHEAD}`,
  /** Its project has room for it, while no job says so. */
  unstarted_runs: sql`
    select r.id from workflow_runs r join projects p on p.id = r.project_id
    where ${wantsRoom} and ${UNCLAIMED} and not ${HAS_JOB}
      and p.max_concurrent_runs > (
        select count(*) from workflow_runs busy
        where busy.project_id = p.id and busy.status = 'running' and busy.waiting_since is null)`,
  /** Held by a worker of which nothing is heard. */
  orphaned_runs: sql`
    select r.id from workflow_runs r join workers w on w.id = r.claimed_by where w.heartbeat_at < ${GONE}`,
  /** Pools that hold jobs and belong to no worker. */
  lost_pools: sql`
    select distinct j.locked_by as id from graphile_worker.jobs j
    where j.locked_by is not null and j.locked_at < ${GONE}
      and not exists (select 1 from workers w where w.pool_id = j.locked_by)`,
  /** Jobs whose place another took while their worker died: nobody will ever take them. */
  dead_jobs: sql`
    select j.id::text as id from graphile_worker.jobs j
    where j.key is null and j.locked_at is null and j.attempts >= j.max_attempts`,
  /** Logs that are rows still, long behind their run's end, while no job says so. */
  unfiled_logs: sql`
    select distinct r.id from workflow_log_chunks c
    join workflow_run_step_attempts a on a.id = c.attempt_id
    join workflow_run_steps s on s.id = a.workflow_run_step_id
    join workflow_runs r on r.id = s.workflow_run_id
    where r.status in ${ENDED} and r.claimed_by is null and r.updated_at < clock_timestamp() - interval '2 minutes'
      and not exists (select 1 from graphile_worker.jobs j where j.key = 'logs:' || r.id)`,
  /** Steps that read running in a run that has ended. */
  open_steps: sql`
    select s.id from workflow_run_steps s join workflow_runs r on r.id = s.workflow_run_id
    where s.status in ('running', 'pending') and r.status in ${ENDED} and r.updated_at < ${SETTLED}`,
  /** Attempts that read running while their step does not, or has a later one. */
  open_attempts: sql`
    select a.id from workflow_run_step_attempts a join workflow_run_steps s on s.id = a.workflow_run_step_id
    where a.status = 'running' and (s.status <> 'running' or s.attempt <> a.number)
      and a.updated_at < ${SETTLED} and s.updated_at < ${SETTLED}`,
  /** Sessions of agents that read running while their step does not. */
  open_sessions: sql`
    select g.id from agent_sessions g
    where g.status = 'running' and g.updated_at < ${SETTLED} and not exists (
      select 1 from workflow_run_steps s where s.agent_session_id = g.id and s.status = 'running')`,
  /** What an agent asks leave for, while its session is over. */
  open_questions: sql`
    select q.id from agent_permission_requests q join agent_sessions g on g.id = q.agent_session_id
    where q.status = 'pending' and g.status <> 'running' and q.updated_at < ${SETTLED}`,
} satisfies Record<string, SQL>;

export type DisagreementKind = keyof typeof QUERIES;

export interface Disagreement {
  kind: DisagreementKind;
  ids: string[];
}

/** What disagrees of these kinds at this moment; changes nothing. */
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
