import { type SQL, sql } from "drizzle-orm";
import type { ReadDb } from "../../../db/client";
import { toIso } from "../../../db/schema/columns";
import { type RunMoment, type StateEvent, stateAt } from "../../../model/replay";
import { isRunEnded, type RunStatus, type StepStatus } from "../../../model/states";
import { columnKey, RECENT_DAYS } from "../../board/groups";
import { groupValueOf } from "../../board/queries/columns-of";
import { whereOf } from "../../board/queries/get-board";
import type { BoardInput } from "../../board/schema";
import { foundIds, isFoundRow, isSoughtRow } from "../../runs/queries/is-match";
import type { ReplayedRun } from "../schema";
import { readStateEvents } from "./read-state-events";

/** Runs that are looked at in all, and of each kind of them. */
const MAX_RUNS = 600;
const MAX_KIND = 200;
/** Events before and after the moment whose runs are looked at. */
const NEAR_EVENTS = 2_000;
/** Runs that are passed in search of those of a kind that match. */
const MAX_PASSED = 5_000;
/** Runs with the words of a search that are looked for by their ids. */
const MAX_FOUND = 2_000;
/** Events of a run before and after the moment that are read. */
const RUN_EVENTS = 200;
const MAX_STEPS = 100;
const DAY_MS = 24 * 60 * 60 * 1000;

interface RunRow extends Record<string, unknown> {
  id: string;
  number: number;
  name: string;
  definition_name: string;
  status: RunStatus;
  current_phase: string | null;
  acknowledged_at: string | null;
  archived_at: string | null;
  value: string;
  steps: { step_id: string; name: string; phase: string; status: StepStatus; attempt: number }[];
}

interface Event {
  id: number;
  at: string;
}

/** The runs that were on the board right behind an event, each in its column, in the order of their columns. */
export async function runsAt(
  db: ReadDb,
  board: BoardInput,
  { id, at }: Event,
): Promise<{ runs: ReplayedRun[]; partial: boolean }> {
  const match = await matchOf(db, board);
  const { rows } = await db.execute<RunRow>(sql`
    select workflow_runs.id, workflow_runs.number, workflow_runs.name, d.name as definition_name, workflow_runs.status,
      workflow_runs.current_phase, workflow_runs.acknowledged_at, workflow_runs.archived_at, ${groupValueOf(board.group_by)} as value,
      coalesce((
        select json_agg(json_build_object('step_id', s.step_id, 'name', s.name, 'phase', s.phase, 'status', s.status,
                                          'attempt', s.attempt) order by s.position)
        from (select * from workflow_run_steps s where s.workflow_run_id = workflow_runs.id
              order by s.position limit ${sql.raw(String(MAX_STEPS))}) s), '[]'::json) as steps
    from (${candidatesAt(board, match, { id, at })}) c
    join workflow_runs on workflow_runs.id = c.id
    join workflow_definitions d on d.id = workflow_runs.workflow_definition_id
    where ${match} and workflow_runs.created_at <= ${at}::timestamptz + interval '1 ms'
    order by workflow_runs.number desc limit ${sql.raw(String(MAX_RUNS))}`);
  const ids = rows.map((row) => row.id);
  const events = await eventsOf(db, ids, id);
  const runs = rows.flatMap((row) => runAt(row, events.get(row.id) ?? [], board, { id, at }) ?? []);
  runs.sort(inOrder);
  return { runs: runs.map(({ ended_at: _, ...run }) => run), partial: rows.length === MAX_RUNS };
}

/** What few runs have is found from the index of words, once for all kinds of runs; what many have is seen row by row. */
async function matchOf(db: ReadDb, board: BoardInput): Promise<SQL> {
  const { project_id, q, arg } = board;
  const rest = sql`${whereOf({ ...board, q: undefined, arg: undefined })} and ${isSoughtRow({ arg }, "workflow_runs") ?? sql`true`}`;
  if (!q) return rest;
  const { rows } = await db.execute<{ id: string }>(sql`
    select found.id from (${foundIds(project_id, q)}) found(id) limit ${sql.raw(String(MAX_FOUND + 1))}`);
  const ids = sql.param(rows.map(({ id }) => id));
  return rows.length > MAX_FOUND
    ? sql`${rest} and ${isFoundRow(q, "workflow_runs")}`
    : sql`${rest} and workflow_runs.id = any(${ids}::text[])`;
}

interface Placed extends ReplayedRun {
  ended_at: string;
}

/** A run as it was; null where it was not there, or not on the board. */
function runAt(
  row: RunRow,
  events: StateEvent[],
  { group_by, status: only }: Pick<BoardInput, "group_by" | "status">,
  { id, at }: Event,
): Placed | null {
  const moment = stateAt(events, id, row);
  if (!moment) return null;
  const steps = row.steps.map(({ step_id, name, phase }, place) => {
    const { status = "pending", needs_person = false, stalled = false } = moment.steps[place] ?? {};
    return { step_id, name, phase, status, needs_person, stalled };
  });
  const told = events.findLast((each) => each.id <= id && each.type === "workflow.execution.status_changed");
  const ended_at = told?.at ?? at;
  const was = (time: string | null) => time !== null && toIso(time) <= at && toIso(time) >= ended_at;
  const { status, current_phase } = moment;
  const facts = {
    status,
    acknowledged: was(row.acknowledged_at),
    archived: was(row.archived_at),
    needs_you: status === "running" && steps.some((step) => step.needs_person),
    phase: phaseAt(moment, steps),
    value: row.value,
  };
  const column = columnKey(facts, group_by, only ?? null);
  const isGone = Date.parse(at) - Date.parse(ended_at) >= RECENT_DAYS * DAY_MS;
  if (column === null || (column === "recent" && isGone)) return null;
  const { number, name, definition_name } = row;
  return { id: row.id, number, name, definition_name, column, status, current_phase, steps, ended_at };
}

/** As `queries/columns-of.ts` of the board has it. */
function phaseAt({ status, current_phase }: RunMoment, steps: ReplayedRun["steps"]): string {
  const next = isRunEnded(status) ? undefined : steps.find((step) => step.status === "pending");
  return current_phase ?? (next ?? steps[0])?.phase ?? "";
}

/** As on the board: what waits by its turn, what ended by its end, and elsewhere the newest first, ahead of them what asks. */
function inOrder(a: Placed, b: Placed): number {
  if (a.column === "recent" && b.column === "recent") return a.ended_at < b.ended_at ? 1 : -1;
  if (a.column === "pending" && b.column === "pending") return a.number - b.number;
  return Number(asks(b)) - Number(asks(a)) || b.number - a.number;
}
const asks = ({ status, steps }: Placed) => status === "running" && steps.some((step) => step.needs_person);

/** Ids of the runs that may have been on the board then. Each part goes along an index, and has a bound. */
function candidatesAt({ project_id, status: only }: BoardInput, match: SQL, { id: seq, at }: Event): SQL {
  const near = sql.raw(String(NEAR_EVENTS));
  const was = sql`workflow_runs.created_at <= ${at}::timestamptz + interval '1 ms'`;
  /** Those that match of the first along an index. */
  const kind = (first: SQL, by: SQL) => sql`(
    select id from (
      select * from workflow_runs where project_id = ${project_id} and ${first}
      order by ${by} limit ${sql.raw(String(MAX_PASSED))}) workflow_runs
    where ${match} and ${was} order by ${by} limit ${sql.raw(String(MAX_KIND))})`;
  const inStatus = [
    ...new Set<RunStatus>(["pending", "running", "paused", "failed", ...(only ? [only] : [])]),
  ];
  const byStatus = inStatus.map((status) =>
    kind(sql`status = ${sql.raw(`'${status}'`)} and ${was}`, sql`created_at desc, id desc`),
  );
  const ended = sql`archived_at is null and status in ('completed', 'failed', 'cancelled')`;
  const end = sql`greatest(completed_at, cancelled_at)`;
  const days = sql.raw(`interval '${RECENT_DAYS} days'`);
  return sql`
    ${sql.join(byStatus, sql` union `)}
    union ${kind(sql`${ended} and ${end} <= ${at}::timestamptz and ${end} > ${at}::timestamptz - ${days}`, sql`${end} desc, id desc`)}
    union ${kind(sql`${ended} and ${end} > ${at}::timestamptz`, sql`${end} asc, id asc`)}
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
