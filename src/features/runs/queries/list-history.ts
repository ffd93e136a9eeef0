import { sql } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { toIso } from "../../../db/schema/columns";
import { decodeCursor, encodeCursor, PAGE_BYTES } from "../../../lib/page";
import type { HistoryEntry, HistoryPage, ListHistoryInput } from "../schema";

/** Characters of an error message; the step has the full text. */
const MAX_MESSAGE = 500;
/** Characters of a note; the comments have the full text. */
const MAX_NOTE = 10_000;

/**
 * A run's history, newest first: status changes with who made them, system comments, and attempts of steps. A
 * note written together with a status change is merged with it. Claims by workers are left out, since
 * attempts show them. Two queries, including the gate.
 */
export async function listHistory(caller: Caller, input: ListHistoryInput): Promise<HistoryPage> {
  const { id } = input;
  await authorizeRun(caller, id, "project:read");
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, ["time", "text"]);
  const [afterTime = "", afterId = ""] = after ?? [];
  const { rows } = await caller.db.execute<{ entry: HistoryEntry; found: number }>(sql`
    with changes as (
      select 'e' || e.seq as id, e.created_at as at, coalesce(e.data ->> 'status', 'pending') as status,
             e.actor_id, u.name as by,
             (count(*) filter (where coalesce(e.data ->> 'status', 'pending') = 'pending')
                over (order by e.seq))::int as try
      from workflow_events e
      left join users u on u.id = e.actor_id
      where e.workflow_run_id = ${id}
        and e.type in ('workflow.execution.created', 'workflow.execution.status_changed')
    ), notes as (
      select c.id, c.created_at as at,
             (select h.id from changes h where h.at = c.created_at and h.actor_id is not null limit 1) as change_id
      from workflow_comments c
      where c.workflow_run_id = ${id} and c.comment_type = 'system'
    ), places as (
      select 'status' as type, h.id, h.at from changes h where h.status <> 'running' or h.actor_id is not null
      union all
      select 'note', n.id, n.at from notes n where n.change_id is null
      union all
      select 'attempt', a.id, a.started_at
      from workflow_run_steps s
      join workflow_run_step_attempts a on a.workflow_run_step_id = s.id
      where s.workflow_run_id = ${id}
    ), page as (
      select * from places
      ${after ? sql`where (at, id) < (${afterTime}::timestamptz, ${afterId})` : sql``}
      order by at desc, id desc
      limit ${sql.raw(String(input.limit + 1))}
    ), entries as (
      select p.id, p.at, case p.type
        when 'status' then (
          select json_build_object(
            'type', 'status', 'id', h.id, 'at', h.at, 'status', h.status, 'by', h.by, 'try', h.try,
            'note', (select left(c.text, ${MAX_NOTE}) from notes n join workflow_comments c on c.id = n.id
                     where n.change_id = h.id limit 1))
          from changes h where h.id = p.id)
        when 'note' then (
          select json_build_object('type', 'note', 'id', c.id, 'at', c.created_at, 'text', left(c.text, ${MAX_NOTE}))
          from workflow_comments c where c.id = p.id)
        else (
          select json_build_object(
            'type', 'attempt', 'id', a.id, 'at', a.started_at, 'step_id', s.step_id, 'name', s.name,
            'number', a.number, 'status', a.status, 'error_message', left(a.error_message, ${MAX_MESSAGE}),
            'exit_code', a.exit_code, 'signal', a.signal, 'worker_id', a.worker_id,
            'completed_at', a.completed_at)
          from workflow_run_step_attempts a
          join workflow_run_steps s on s.id = a.workflow_run_step_id
          where a.id = p.id) end as entry
      from page p
    )
    select entry, found from (
      select entry, at, id, (count(*) over ())::int as found, row_number() over (order by at desc, id desc) as place,
             sum(octet_length(entry::text)) over (order by at desc, id desc) as total
      from entries
    ) weighed
    where place <= ${sql.raw(String(input.limit))}
      and (place = 1 or total <= ${sql.raw(String(PAGE_BYTES))})
    order by at desc, id desc`);
  const items = rows.map(({ entry }) => withInstants(entry));
  const last = items.at(-1);
  const more = last !== undefined && (rows[0]?.found ?? 0) > items.length;
  return { items, next_cursor: more ? encodeCursor([last.at, last.id]) : null };
}

function withInstants(entry: HistoryEntry): HistoryEntry {
  const at = toIso(entry.at);
  if (entry.type !== "attempt") return { ...entry, at };
  return { ...entry, at, completed_at: entry.completed_at === null ? null : toIso(entry.completed_at) };
}
