import { type SQL, sql } from "drizzle-orm";
import type { PersonActor } from "../../../auth/actor";
import { roleOf } from "../../../auth/scope";
import { PROJECT_ROLES, roleFor } from "../../../model/roles";

const ROLES = sql`${sql.param([...PROJECT_ROLES])}::text[]`;

/** SQL: the review `d` decides the step `s` of the run `r` with its files as they are now. */
export const HOLDS =
  sql.raw(`d.workflow_run_step_id = s.id and d.attempt = s.attempt and d.decision <> 'comment'
  and d.snapshot is not distinct from r.snapshot`);

/** SQL: the common table `places`, the projects that the caller sees, with their rank there. */
export function placesOf(actor: PersonActor): SQL {
  const most = PROJECT_ROLES.indexOf(roleOf(actor, "owner")) + 1;
  return sql`places as (
    select project_id, least(array_position(${ROLES}, role), ${most}) as rank
    from project_roles where user_id = ${actor.user_id}
      and ${actor.type === "token" && actor.project_id !== null ? sql`project_id = ${actor.project_id}` : sql`true`}
  )`;
}

/**
 * SQL behind `placesOf`: the common table `asked` with all questions that wait for an answer of the caller: approvals that
 * their role may decide and that they have not decided, permission requests of agents that they may answer, and runs whose
 * budget is reached.
 */
export function askedOf({ user_id }: PersonActor): SQL {
  return sql`asked as (
    select 'approval' as reason, s.id, s.id as row_id, r.id as run_id, s.started_at as at,
           'approval:' || s.id || ':' || s.attempt as key
    from workflow_run_steps s
    join workflow_runs r on r.id = s.workflow_run_id
    join places on places.project_id = r.project_id
    where s.status = 'running' and s.waiting_for = 'approval'
      and places.rank >= array_position(${ROLES}, s.request #>> '{approvers,role}')
      and ((s.request #>> '{approvers,allow_self}')::boolean or r.user_id <> ${user_id})
      and not exists (
        select 1 from reviews d
        where ${HOLDS} and d.user_id = ${user_id})
    union all
    select 'permission', q.id, s.id, r.id, q.created_at, 'permission:' || q.id
    from agent_permission_requests q
    join workflow_run_steps s on s.id = q.workflow_run_step_id
    join workflow_runs r on r.id = s.workflow_run_id
    join places on places.project_id = r.project_id
    where q.status = 'pending' and places.rank >= array_position(${ROLES}, ${roleFor("run:write")})
    union all
    select 'budget', r.id, r.over_budget ->> 'row_id', r.id, r.paused_at,
           'budget:' || r.id || ':' || floor(extract(epoch from r.paused_at) * 1000)::bigint
    from workflow_runs r
    join places on places.project_id = r.project_id
    where r.status = 'paused' and r.over_budget is not null
      and places.rank >= array_position(${ROLES}, ${roleFor("run:write")})
  )`;
}
