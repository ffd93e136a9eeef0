import { toIso } from "../../../db/schema/columns";
import type { Ask } from "../schema";

/** Larger requests, as with a long form, are read with their step. */
const MOST_BYTES = 4 * 1024;
/** Open permission requests of a run that are told. */
const MOST_PERMISSIONS = 3;

const pending = (step: string) =>
  `from agent_permission_requests q where q.workflow_run_step_id = ${step}.id and q.status = 'pending'`;

/**
 * SQL for what the first step of a run that needs somebody asks, over a row of `workflow_runs` with the alias `run`: a
 * JSON value, or null.
 */
export const askOf = (run: string) => `
  case when ${run}.status = 'running' then (
    select json_build_object(
      'id', s.id, 'attempt', s.attempt, 'started_at', s.started_at,
      'is_large', coalesce(octet_length(s.request::text) > ${MOST_BYTES}, false),
      'request', case when s.waiting_for = 'approval' and octet_length(s.request::text) <= ${MOST_BYTES} then s.request end,
      'decisions', coalesce((
        select json_agg(json_build_object('attempt', d.attempt, 'user_id', d.user_id, 'decision', d.decision, 'snapshot', d.snapshot))
        from reviews d
        where d.workflow_run_step_id = s.id and d.attempt = s.attempt and d.decision <> 'comment'), '[]'::json),
      'permissions', coalesce((
        select json_agg(json_build_object('id', p.id, 'created_at', p.created_at, 'title', p.title, 'options', p.options) order by p.created_at)
        from (select q.id, q.created_at, left(q.tool_call ->> 'title', 500) as title, q.options ${pending("s")}
              order by q.created_at limit ${MOST_PERMISSIONS}) p), '[]'::json),
      'permissions_count', (select count(*)::int ${pending("s")}))
    from workflow_run_steps s
    where s.workflow_run_id = ${run}.id and s.status = 'running'
      and (s.waiting_for = 'approval' or exists (select 1 ${pending("s")}))
    order by s.position limit 1) end`;

/** Converts its times to the API's format. */
export function withIsoAsk(ask: Ask | null): Ask | null {
  if (ask === null) return null;
  const permissions = ask.permissions.map((each) => ({ ...each, created_at: toIso(each.created_at) }));
  return { ...ask, started_at: ask.started_at === null ? null : toIso(ask.started_at), permissions };
}
