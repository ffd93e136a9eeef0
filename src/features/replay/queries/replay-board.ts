import { type SQL, sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import type { ReadDb } from "../../../db/client";
import { toIso } from "../../../db/schema/columns";
import { headsWith } from "../../board/queries/get-board";
import { definitionIdOf } from "../../runs/queries/is-match";
import type { BoardReplay, BoardReplayInput } from "../schema";
import { STATE_TYPES } from "./read-state-events";
import { runsAt } from "./runs-at";

/** Cards in all, and of a column; of many columns each has fewer. */
const MOST_CARDS = 180;
const COLUMN_CARDS = 30;
const LEAST_CARDS = 4;

/**
 * The board as it was right behind an event, grouped and filtered as a board is. Which runs were there is asked of their
 * rows and of the events nearby, in bounds, so a moment among a million runs costs as much as one among a few. What is
 * deleted since is not there; names, people, labels, pins and what a search finds are as they are now.
 */
export async function replayBoard(caller: Caller, { at, ...board }: BoardReplayInput): Promise<BoardReplay> {
  const { db } = caller;
  const { project_id, group_by, status, workflow_definition_id: named } = board;
  const { event_seq } = await authorizeProject(caller, project_id, "project:read");
  const { event, ...place } = await placeOf(db, project_id, Math.min(at ?? event_seq, event_seq));
  const { runs, partial } = event ? await runsAt(db, board, event) : { runs: [], partial: false };
  const counts = new Map<string, number>();
  for (const { column } of runs) counts.set(column, (counts.get(column) ?? 0) + 1);
  const counted = [...counts].map(([key, count]) => ({ key, count }));
  const definition = named ? definitionIdOf(project_id, named) : null;
  const columns = status
    ? [{ key: status, title: null, count: runs.length }]
    : await headsWith(db, counted, group_by, definition);
  const each = Math.max(
    LEAST_CARDS,
    Math.min(COLUMN_CARDS, Math.floor(MOST_CARDS / Math.max(1, counts.size))),
  );
  return {
    event,
    ...place,
    last_id: event_seq,
    columns,
    runs: columns.flatMap(({ key }) => runs.filter(({ column }) => column === key).slice(0, each)),
    partial,
  };
}

type Place = Pick<BoardReplay, "event" | "first_id" | "previous_id" | "next_id">;

async function placeOf(db: ReadDb, project_id: string, at: number): Promise<Place> {
  const state = (order: SQL, side: SQL) => sql`(
    select e.seq from workflow_events e
    where e.project_id = ${project_id} and ${side} and e.type in (${STATE_TYPES}) order by e.seq ${order} limit 1)`;
  const { rows } = await db.execute<Record<string, unknown> & { place: Place }>(sql`
    with event as (
      select e.seq as id, e.created_at as at, e.type, r.name as run, e.data ->> 'step_id' as step_id,
             e.data ->> 'status' as status
      from workflow_events e left join workflow_runs r on r.id = e.workflow_run_id
      where e.project_id = ${project_id} and e.seq <= ${at} order by e.seq desc limit 1
    )
    select json_build_object(
      'event', (select row_to_json(event) from event),
      'first_id', coalesce((select min(seq) from workflow_events where project_id = ${project_id}), 0),
      'previous_id', ${state(sql`desc`, sql`e.seq < (select id from event)`)},
      'next_id', ${state(sql`asc`, sql`e.seq > ${at}`)}) as place`);
  const [row] = rows;
  if (!row) throw new Error("a statement without a table gave no row");
  const { event, ...rest } = row.place;
  return { ...rest, event: event && { ...event, at: toIso(event.at) } };
}
