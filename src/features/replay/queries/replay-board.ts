import { type SQL, sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import type { ReadDb } from "../../../db/client";
import { toIso } from "../../../db/schema/columns";
import { type StateEvent, stateAt } from "../../../model/replay";
import { isRunEnded, type RunStatus, type StepStatus } from "../../../model/states";
import { RECENT_DAYS } from "../../board/groups";
import { type BoardReplay, type BoardReplayInput, REPLAY_COLUMNS, type ReplayedRun } from "../schema";
import { readStateEvents, STATE_TYPES } from "./read-state-events";

/** Runs that are looked at in all, and of each kind of them. */
const MAX_RUNS = 600;
const MAX_KIND = 200;
/** Events before and after the moment whose runs are looked at. */
const NEAR_EVENTS = 2_000;
/** Ended runs that are passed in search of those that were there already. */
const MAX_PASSED = 5_000;
/** Events of a run before and after the moment that are read. */
const RUN_EVENTS = 200;
const MAX_STEPS = 100;
const COLUMN_RUNS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The board as it was right behind an event. Which runs were there is asked of their rows and of the events nearby, in
 * bounds, so a moment among a million runs costs as much as one among a few. What is deleted since is not there.
 */
export async function replayBoard(caller: Caller, input: BoardReplayInput): Promise<BoardReplay> {
  const { db } = caller;
  const { project_id } = input;
  const { event_seq } = await authorizeProject(caller, project_id, "project:read");
  const { event, ...place } = await placeOf(db, project_id, Math.min(input.at ?? event_seq, event_seq));
  const nothing = { columns: REPLAY_COLUMNS.map((key) => ({ key, count: 0 })), runs: [], partial: false };
  if (!event) return { event: null, ...place, last_id: event_seq, ...nothing };
  const { runs, partial } = await runsAt(db, project_id, event);
  const of = (key: ReplayedRun["column"]) => runs.filter(({ column }) => column === key);
  return {
    event,
    ...place,
    last_id: event_seq,
    columns: REPLAY_COLUMNS.map((key) => ({ key, count: of(key).length })),
    runs: REPLAY_COLUMNS.flatMap((key) => of(key).slice(0, COLUMN_RUNS)),
    partial,
  };
}

type Place = Pick<BoardReplay, "event" | "first_id" | "previous_id" | "next_id">;
type Event = NonNullable<BoardReplay["event"]>;

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

interface RunRow extends Record<string, unknown> {
  id: string;
  number: number;
  name: string;
  definition_name: string;
  status: RunStatus;
  current_phase: string | null;
  acknowledged_at: string | null;
  archived_at: string | null;
  steps: { step_id: string; name: string; phase: string; status: StepStatus; attempt: number }[];
}

async function runsAt(
  db: ReadDb,
  project_id: string,
  { id, at }: Event,
): Promise<{ runs: ReplayedRun[]; partial: boolean }> {
  const candidates = candidatesAt(project_id, id, at);
  const { rows } = await db.execute<RunRow>(sql`
    select r.id, r.number, r.name, d.name as definition_name, r.status, r.current_phase, r.acknowledged_at, r.archived_at,
      coalesce((
        select json_agg(json_build_object('step_id', s.step_id, 'name', s.name, 'phase', s.phase, 'status', s.status,
                                          'attempt', s.attempt) order by s.position)
        from (select * from workflow_run_steps s where s.workflow_run_id = r.id
              order by s.position limit ${sql.raw(String(MAX_STEPS))}) s), '[]'::json) as steps
    from (${candidates}) c
    join workflow_runs r on r.id = c.id
    join workflow_definitions d on d.id = r.workflow_definition_id
    where r.created_at <= ${at}::timestamptz + interval '1 ms'
    order by r.number desc limit ${sql.raw(String(MAX_RUNS))}`);
  const events = await eventsOf(
    db,
    rows.map((row) => row.id),
    id,
  );
  const recent = new Date(Date.parse(at) - RECENT_DAYS * DAY_MS).toISOString();
  const runs = rows.flatMap((row): (ReplayedRun & { ended_at: string })[] => {
    const own = events.get(row.id) ?? [];
    const moment = stateAt(own, id, row);
    if (!moment) return [];
    const steps = row.steps.map(({ step_id, name, phase }, place) => {
      const { status = "pending", needs_person = false, stalled = false } = moment.steps[place] ?? {};
      return { step_id, name, phase, status, needs_person, stalled };
    });
    const told = own.findLast((each) => each.id <= id && each.type === "workflow.execution.status_changed");
    const ended_at = told?.at ?? at;
    const column = columnOf(moment.status, steps, row, { at, ended_at, recent });
    if (column === null) return [];
    const { number, name, definition_name } = row;
    const { status, current_phase } = moment;
    return [{ id: row.id, number, name, definition_name, column, status, current_phase, steps, ended_at }];
  });
  // As the board has them: what waits by its turn, what ended by its end, and the newest first elsewhere.
  runs.sort((a, b) => {
    if (a.column === "recent" && b.column === "recent") return a.ended_at < b.ended_at ? 1 : -1;
    return a.column === "pending" && b.column === "pending" ? a.number - b.number : b.number - a.number;
  });
  return { runs: runs.map(({ ended_at: _, ...run }) => run), partial: rows.length === MAX_RUNS };
}

function columnOf(
  status: RunStatus,
  steps: ReplayedRun["steps"],
  { acknowledged_at, archived_at }: RunRow,
  { at, ended_at, recent }: { at: string; ended_at: string; recent: string },
): ReplayedRun["column"] | null {
  const was = (time: string | null) => time !== null && toIso(time) <= at && toIso(time) >= ended_at;
  if (!isRunEnded(status)) {
    if (status === "running" && steps.some((step) => step.needs_person)) return "needs_you";
    return status as "pending" | "running" | "paused";
  }
  if (was(archived_at)) return null;
  if (status === "failed" && !was(acknowledged_at)) return "failed";
  return ended_at > recent ? "recent" : null;
}

/** Ids of the runs that may have been on the board then. Each part goes along an index, and has a bound. */
function candidatesAt(project_id: string, seq: number, at: string): SQL {
  const most = sql.raw(String(MAX_KIND));
  const near = sql.raw(String(NEAR_EVENTS));
  const unended = ["pending", "running", "paused", "failed"].map(
    (status) => sql`(
      select id from workflow_runs where project_id = ${project_id} and status = ${sql.raw(`'${status}'`)}
        and created_at <= ${at}::timestamptz + interval '1 ms' order by created_at desc, id desc limit ${most})`,
  );
  const ended = sql`project_id = ${project_id} and archived_at is null and status in ('completed', 'failed', 'cancelled')`;
  const end = sql`greatest(completed_at, cancelled_at)`;
  return sql`
    ${sql.join(unended, sql` union `)}
    union (select id from workflow_runs where ${ended} and ${end} <= ${at}::timestamptz
           and ${end} > ${at}::timestamptz - ${sql.raw(`interval '${RECENT_DAYS} days'`)} order by ${end} desc, id desc limit ${most})
    union (select id from (
             select id, created_at from workflow_runs where ${ended} and ${end} > ${at}::timestamptz
             order by ${end} asc, id asc limit ${sql.raw(String(MAX_PASSED))}) later
           where created_at <= ${at}::timestamptz + interval '1 ms' limit ${most})
    union (select workflow_run_id from (
             select workflow_run_id from workflow_events where project_id = ${project_id} and seq <= ${seq}
             order by seq desc limit ${near}) before where workflow_run_id is not null)
    union (select workflow_run_id from (
             select workflow_run_id from workflow_events where project_id = ${project_id} and seq > ${seq}
             order by seq limit ${near}) after where workflow_run_id is not null)`;
}

async function eventsOf(db: ReadDb, ids: string[], id: number): Promise<Map<string, StateEvent[]>> {
  const found = new Map<string, StateEvent[]>();
  if (ids.length === 0) return found;
  const runs = sql`select unnest(${sql.param(ids)}::text[]) as id`;
  const [before, after] = await Promise.all([
    readStateEvents(db, { runs, where: sql`e.seq <= ${id}`, most: RUN_EVENTS }),
    readStateEvents(db, { runs, where: sql`e.seq > ${id}`, most: RUN_EVENTS, first: true }),
  ]);
  for (const event of [...before, ...after]) {
    found.set(event.run_id, [...(found.get(event.run_id) ?? []), event]);
  }
  return found;
}
