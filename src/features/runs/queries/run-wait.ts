import { heldBy } from "../../../db/room";
import { blockersOf } from "../../../db/run-turns";
import { toIso } from "../../../db/schema/columns";
import type { RunWait } from "../schema";

/**
 * SQL for what a run waits for, over a row of `workflow_runs` with the alias `run`: a JSON value, or null.
 */
export const waitOf = (run: string) => `
  case
    when ${run}.status = 'pending' or (${run}.status = 'running' and ${run}.ready_since is not null) then (
      select json_build_object(
        'kind', case
          when held.by is not null then held.by
          when ahead.id is not null then 'concurrency'
          when busy.count >= p.max_concurrent_runs then 'project'
          when not exists (select 1 from workers w where not w.draining) then 'worker'
          else 'place' end,
        'since', coalesce(${run}.ready_since, ${run}.queued_at), 'until', null, 'step_id', null,
        'run_id', case when held.by is null then ahead.id end,
        'limit', case when held.by is null and ahead.id is null and busy.count >= p.max_concurrent_runs then p.max_concurrent_runs end)
      from projects p
      cross join lateral (
        select count(*) from workflow_runs b
        where b.project_id = p.id and b.status = 'running' and b.waiting_since is null
      ) busy
      cross join lateral (select case when ${run}.status = 'pending' then ${heldBy("p")} end as by) held
      left join lateral (
        ${blockersOf(run, "b.id")} and ${run}.status = 'pending' and ${run}.concurrency_groups <> '{}'
        order by b.status = 'pending', b.created_at limit 1
      ) ahead on true
      where p.id = ${run}.project_id)
    when ${run}.status = 'running' and ${run}.waiting_since is not null then (
      select json_build_object('kind', coalesce(s.waiting_for, 'retry'), 'since', ${run}.waiting_since,
        'until', s.wake_at, 'step_id', s.step_id, 'run_id', null, 'limit', null)
      from workflow_run_steps s
      where s.workflow_run_id = ${run}.id
        and ((s.status = 'running' and s.waiting_for is not null) or (s.status = 'pending' and s.wake_at is not null))
      order by s.waiting_for = 'approval' desc nulls last, s.wake_at limit 1)
    when ${run}.status = 'running' and not exists (
      select 1 from workflow_run_steps s where s.workflow_run_id = ${run}.id and s.status = 'running'
        and not exists (select 1 from agent_permission_requests q
          where q.workflow_run_step_id = s.id and q.status = 'pending')) then (
      select json_build_object('kind', 'permission', 'since', q.created_at, 'until', null, 'step_id', s.step_id,
        'run_id', null, 'limit', null)
      from workflow_run_steps s
      join agent_permission_requests q on q.workflow_run_step_id = s.id and q.status = 'pending'
      where s.workflow_run_id = ${run}.id and s.status = 'running' order by q.created_at limit 1)
  end`;

/** Converts its times to the API's format. */
export function withIsoTimes(wait: RunWait | null): RunWait | null {
  return wait && { ...wait, since: toIso(wait.since), until: wait.until === null ? null : toIso(wait.until) };
}
