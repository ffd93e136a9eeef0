import { sql } from "drizzle-orm";
import { type Caller, roleOf } from "../../auth/scope";
import { toIso } from "../../db/schema/columns";
import { decodeCursor, encodeCursor, PAGE_BYTES } from "../../lib/page";
import { PROJECT_ROLES, roleFor } from "../../model/roles";
import type { InboxItem, InboxPage, ListInboxInput } from "./schema";

/** SQL: the review `d` decides the step `s` of the run `r` with its files as they are now. */
const holds = sql.raw(`d.workflow_run_step_id = s.id and d.attempt = s.attempt and d.decision <> 'comment'
  and d.snapshot is not distinct from r.snapshot`);

/**
 * Everything in the caller's projects that waits for an answer of theirs, newest first: approvals that their
 * role may decide and that they have not decided, permission requests of agents that they may answer, and runs whose
 * budget is reached. One query.
 */
export async function listInbox({ db, actor }: Caller, input: ListInboxInput): Promise<InboxPage> {
  const { user_id } = actor;
  const roles = [...PROJECT_ROLES];
  const most = PROJECT_ROLES.indexOf(roleOf(actor, "owner")) + 1;
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, ["time", "text"]);
  const [afterTime = "", afterId = ""] = after ?? [];
  const [answer] = (
    await db.execute<{ count: number; found: number | null; rows: InboxItem[] }>(sql`
    with places as (
      select project_id, least(array_position(${sql.param(roles)}::text[], role), ${most}) as rank
      from project_roles where user_id = ${user_id}
        and ${actor.type === "token" && actor.project_id !== null ? sql`project_id = ${actor.project_id}` : sql`true`}
    ), mine as (
      select 'approval' as waiting_for, s.id, s.id as row_id, s.started_at as asked_at
      from workflow_run_steps s
      join workflow_runs r on r.id = s.workflow_run_id
      join places on places.project_id = r.project_id
      where s.status = 'running' and s.waiting_for = 'approval'
        and places.rank >= array_position(${sql.param(roles)}::text[], s.request #>> '{approvers,role}')
        and ((s.request #>> '{approvers,allow_self}')::boolean or r.user_id <> ${user_id})
        and not exists (
          select 1 from reviews d
          where ${holds} and d.user_id = ${user_id})
      union all
      select 'permission', q.id, s.id, q.created_at
      from agent_permission_requests q
      join workflow_run_steps s on s.id = q.workflow_run_step_id
      join workflow_runs r on r.id = s.workflow_run_id
      join places on places.project_id = r.project_id
      where q.status = 'pending' and places.rank >= array_position(${sql.param(roles)}::text[], ${roleFor("run:write")})
      union all
      select 'budget', r.id, r.over_budget ->> 'row_id', r.paused_at
      from workflow_runs r
      join places on places.project_id = r.project_id
      where r.status = 'paused' and r.over_budget is not null
        and places.rank >= array_position(${sql.param(roles)}::text[], ${roleFor("run:write")})
    )
    select (select count(*)::int from mine) as count, max(found) as found,
           coalesce(json_agg(doc order by place), '[]'::json) as rows
    from (
    select doc, place, (count(*) over ())::int as found,
           sum(octet_length(doc::text)) over (order by place) as total
    from (
    select row_to_json(page) as doc, row_number() over (order by page.asked_at desc, page.id desc) as place
    from (
      select found.waiting_for, found.id, found.asked_at, s.wake_at, s.request,
             (select count(*)::int from reviews d where ${holds} and d.decision = 'approve') as approvals,
             q.tool_call - 'content' - 'input' as tool_call, q.options, g.agent, r.over_budget,
             json_build_object('id', s.id, 'step_id', s.step_id, 'name', s.name, 'attempt', s.attempt) as step,
             json_build_object('id', r.id, 'number', r.number, 'name', r.name, 'user_name', u.name, 'definition_name', f.name) as run,
             json_build_object('id', p.id, 'name', p.name, 'slug', p.slug) as project
      from (
        select * from mine
        ${after ? sql`where (asked_at, id) < (${afterTime}::timestamptz, ${afterId})` : sql``}
        order by asked_at desc, id desc
        limit ${sql.raw(String(input.limit + 1))}
      ) found
      join workflow_run_steps s on s.id = found.row_id
      join workflow_runs r on r.id = s.workflow_run_id
      join workflow_definitions f on f.id = r.workflow_definition_id
      join projects p on p.id = r.project_id
      join users u on u.id = r.user_id
      left join agent_permission_requests q on q.id = found.id and found.waiting_for = 'permission'
      left join agent_sessions g on g.id = q.agent_session_id
    ) page
    ) docs
    ) weighed
    where place <= ${sql.raw(String(input.limit))}
      and (place = 1 or total <= ${sql.raw(String(PAGE_BYTES))})`)
  ).rows;
  const { count = 0, found, rows = [] } = answer ?? {};
  const items = rows.map(withInstants);
  const last = items.at(-1);
  const more = last !== undefined && (found ?? 0) > items.length;
  return { items, next_cursor: more ? encodeCursor([last.asked_at, last.id]) : null, count };
}

function withInstants(item: InboxItem): InboxItem {
  const asked_at = toIso(item.asked_at);
  if (item.waiting_for !== "approval") return { ...item, asked_at };
  return { ...item, asked_at, wake_at: item.wake_at === null ? null : toIso(item.wake_at) };
}
