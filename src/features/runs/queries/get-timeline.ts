import { sql } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { toIso } from "../../../db/schema/columns";
import type { Timeline } from "../schema";

/** Attempts and changes of state of a timeline at most; the oldest of a run with more are left out. */
const MAX_ATTEMPTS = 5_000;
const MAX_STATES = 500;
const MAX_WAITS = 2_000;

interface Row extends Record<string, unknown> {
  queued_at: string;
  states: Timeline["states"];
  attempts: Timeline["attempts"];
  waits: Timeline["waits"];
}

/**
 * When a run waited for its turn, worked, waited and was paused, and when each attempt of its steps was under way. A step
 * of which an attempt only waits (an approval, a sleep) is told by its kind. One query behind the gate's.
 */
export async function getTimeline(caller: Caller, { id }: { id: string }): Promise<Timeline> {
  await authorizeRun(caller, id, "project:read");
  const { rows } = await caller.db.execute<Row>(sql`
    select r.queued_at,
      coalesce((
        select json_agg(json_build_object('at', e.created_at, 'status', coalesce(e.data ->> 'status', 'pending')) order by e.seq)
        from (
          select * from workflow_events e
          where e.workflow_run_id = r.id and e.type in ('workflow.execution.created', 'workflow.execution.status_changed')
          order by e.seq desc limit ${sql.raw(String(MAX_STATES))}
        ) e), '[]'::json) as states,
      coalesce((
        select json_agg(json_build_object('step_id', a.step_id, 'number', a.number, 'status', a.status,
                                          'started_at', a.started_at, 'completed_at', a.completed_at)
                        order by a.started_at, a.number)
        from (
          select s.step_id, a.number, a.status, a.started_at, a.completed_at
          from workflow_run_steps s join workflow_run_step_attempts a on a.workflow_run_step_id = s.id
          where s.workflow_run_id = r.id order by a.started_at desc limit ${sql.raw(String(MAX_ATTEMPTS))}
        ) a), '[]'::json) as attempts,
      coalesce((
        select json_agg(json_build_object('step_id', q.step_id, 'from', q.created_at, 'to', q.answered_at) order by q.created_at)
        from (
          select s.step_id, q.created_at, q.answered_at
          from workflow_run_steps s join agent_permission_requests q on q.workflow_run_step_id = s.id
          where s.workflow_run_id = r.id order by q.created_at desc limit ${sql.raw(String(MAX_WAITS))}
        ) q), '[]'::json) as waits
    from workflow_runs r where r.id = ${id}`);
  const [row] = rows;
  if (!row) throw new Error("the run that was authorized is gone");
  const at = (time: string | null) => (time === null ? null : toIso(time));
  return {
    queued_at: toIso(row.queued_at),
    states: row.states.map((state) => ({ ...state, at: toIso(state.at) })),
    attempts: row.attempts.map((attempt) => ({
      ...attempt,
      started_at: toIso(attempt.started_at),
      completed_at: at(attempt.completed_at),
    })),
    waits: row.waits.map((wait) => ({ ...wait, from: toIso(wait.from), to: at(wait.to) })),
  };
}
