import { authorizeRun, type Caller } from "../../../auth/scope";
import { toIso } from "../../../db/schema/columns";
import { decodeCursor, encodeCursor } from "../../../lib/page";
import type { HistoryEntry, HistoryPage, ListHistoryInput } from "../schema";

/** A longer message is read with the step. In characters. */
const MAX_MESSAGE = 500;

/**
 * What happened to the run, newest first: each change of its status by whom, what the system noted, and each
 * attempt of its steps where it began. A note that was written with a change stands with it. That a worker began
 * is left out, since the attempts say so. Two queries, the gate's with them.
 */
export async function listHistory(caller: Caller, input: ListHistoryInput): Promise<HistoryPage> {
  const { id } = input;
  await authorizeRun(caller, id, "project:read");
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor);
  const sql = caller.db.$client;
  const rows = await sql<{ entry: HistoryEntry }[]>`
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
      select c.id, c.created_at as at, c.text,
             (select h.id from changes h where h.at = c.created_at and h.actor_id is not null limit 1) as change_id
      from workflow_comments c
      where c.workflow_run_id = ${id} and c.comment_type = 'system'
    ), entries as (
      select h.id, h.at, json_build_object(
               'type', 'status', 'id', h.id, 'at', h.at, 'status', h.status, 'by', h.by, 'try', h.try,
               'note', (select n.text from notes n where n.change_id = h.id limit 1)) as entry
      from changes h
      where h.status <> 'running' or h.actor_id is not null
      union all
      select n.id, n.at, json_build_object('type', 'note', 'id', n.id, 'at', n.at, 'text', n.text)
      from notes n where n.change_id is null
      union all
      select a.id, a.started_at, json_build_object(
               'type', 'attempt', 'id', a.id, 'at', a.started_at, 'step_id', s.step_id, 'name', s.name,
               'number', a.number, 'status', a.status, 'error_message', left(a.error_message, ${MAX_MESSAGE}),
               'exit_code', a.exit_code, 'signal', a.signal, 'worker_id', a.worker_id,
               'completed_at', a.completed_at)
      from workflow_run_steps s
      join workflow_run_step_attempts a on a.workflow_run_step_id = s.id
      where s.workflow_run_id = ${id}
    )
    select entry from entries
    ${after ? sql`where (at, id) < (${after.created_at}::timestamptz, ${after.id})` : sql``}
    order by at desc, id desc
    limit ${sql.unsafe(String(input.limit + 1))}`;
  const items = rows.slice(0, input.limit).map(({ entry }) => withInstants(entry));
  const last = items.at(-1);
  const next_cursor =
    rows.length > input.limit && last ? encodeCursor({ created_at: last.at, id: last.id }) : null;
  return { items, next_cursor };
}

function withInstants(entry: HistoryEntry): HistoryEntry {
  const at = toIso(entry.at);
  if (entry.type !== "attempt") return { ...entry, at };
  return { ...entry, at, completed_at: entry.completed_at === null ? null : toIso(entry.completed_at) };
}
