import { type SQL, sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { INLINE_BYTES } from "../../../db/bounded";
import type { ReadDb } from "../../../db/client";
import { toIso } from "../../../db/schema/columns";
import { decodeCursor, encodeCursor } from "../../../lib/page";
import { VersionedCache } from "../../../lib/versioned-cache";
import { askOf, withIsoAsk } from "../../approvals/queries/ask-of";
import { labelsOf } from "../../labels/queries";
import { waitingForOf } from "../../steps/queries/steps-where";
import { MAX_ORDERED, type RunOrder } from "../orders";
import type { ListRunsInput, RunFilter, RunListItem, RunPage } from "../schema";
import { isMatch, isSoughtRow } from "./is-match";
import { assigneeNameOf, changesOf, phaseOf, pinnedAtOf, pullRequestOf, triggerOf } from "./run-columns";
import { waitOf, withIsoTimes } from "./run-wait";
import { stepCountsOf } from "./step-counts";

const INSTANTS = [
  "started_at",
  "completed_at",
  "paused_at",
  "cancelled_at",
  "archived_at",
  "acknowledged_at",
  "waiting_since",
  "pinned_at",
  "logs_removed_at",
  "artifacts_removed_at",
  "created_at",
  "updated_at",
] as const satisfies readonly (keyof RunListItem)[];

/** A changed name of a person emits no event, so cached pages are read again after this time. */
const MAX_AGE_MS = 10_000;
const MAX_PAGES = 200;
/** A typical page has 40 KB of JSON. Larger pages are not cached, to limit memory. */
const MAX_KEPT_BYTES = 128 * 1024;

/** Byte limit of a page; higher than in other lists, because runs come with their steps. */
const BUDGET = 1024 * 1024;
/** Steps listed for each run; the counts cover all of them. */
const MAX_GLANCES = 50;
/** Newest runs that a search looks through one by one before it asks the index of words. */
const WALK = 2_000;
/** Characters of an error message; a card shows only the first line. */
const MAX_MESSAGE = 2_000;

const pages = new WeakMap<ReadDb, VersionedCache<RunPage>>();

/**
 * A page of runs, newest first, with steps and counts, in two queries for any number of rows. Every visible
 * change emits a project event, so a page stays cached until the next event: boards that read again after a
 * change share one read.
 */
export async function listRuns(caller: Caller, input: ListRunsInput): Promise<RunPage> {
  const { event_seq } = await authorizeProject(caller, input.project_id, "project:read");
  let known = pages.get(caller.db);
  if (!known) {
    known = new VersionedCache(MAX_PAGES, MAX_AGE_MS);
    pages.set(caller.db, known);
  }
  const key = JSON.stringify(input);
  // Words are found some moments behind the last event, so what is found is not kept.
  const isSought = isSoughtRow(input, "r") !== undefined;
  const held = isSought ? undefined : known.get(key, event_seq);
  if (held) return held;
  const { page, bytes } = await readPage(caller.db, input);
  if (!isSought && bytes <= MAX_KEPT_BYTES) known.set(key, event_seq, page);
  return page;
}

/** SQL for runs as lists have them. `chosen`: a query for their rows, with all columns. */
export const listed = (chosen: SQL): SQL => sql`
    select r.id, r.project_id, r.user_id, r.workflow_definition_id, r.revision, r.number, r.name,
           case when r.args_bytes <= ${sql.raw(String(INLINE_BYTES))} then r.args end as args, r.args_bytes,
           ${sql.raw(phaseOf("r"))} as current_phase, r.current_step_index, r.status, left(r.error_message, ${sql.raw(String(MAX_MESSAGE))}) as error_message, r.first_error,
           r.priority, ${sql.raw(labelsOf("r"))} as labels, r.assignee_id, ${sql.raw(assigneeNameOf("r"))} as assignee_name,
           ${sql.raw(triggerOf("r"))} as trigger, r.tokens, r.cost, r.currency, r.budget, r.over_budget, r.started_at, r.completed_at, r.paused_at,
           r.cancelled_at, r.archived_at, r.acknowledged_at, r.waiting_since, r.rested_ms, ${sql.raw(pinnedAtOf("r"))} as pinned_at, r.logs_removed_at, r.artifacts_removed_at, r.created_at, r.updated_at,
           ${sql.raw(askOf("r"))} as ask,
           ${sql.raw(waitOf("r"))} as waiting_for, ${sql.raw(changesOf("r"))} as changes,
           ${sql.raw(pullRequestOf("r"))} as pull_request,
           d.name as definition_name, d.slug as definition_slug, u.name as user_name,
           coalesce(s.steps, '[]'::json) as steps, s.step_counts,
           (select count(*)::int from workflow_comments c where c.workflow_run_id = r.id) as comments_count,
           coalesce(s.artifacts_count, 0)::int as artifacts_count
    from (${chosen}) r
    join workflow_definitions d on d.id = r.workflow_definition_id
    join users u on u.id = r.user_id
    left join lateral (
      select json_agg(json_build_object('id', id, 'step_id', step_id, 'name', name, 'phase', phase, 'status', status,
                                        'waiting_for', waits, 'stalled_since', stalled_since,
                                        'continue_on_error', continue_on_error)
                      order by position) filter (where place <= ${sql.raw(String(MAX_GLANCES))}) as steps,
             ${sql.raw(stepCountsOf("glance"))} as step_counts,
             sum(artifacts) as artifacts_count
      from (
        select step.id, step_id, name, phase, status, stalled_since, continue_on_error, position,
               ${sql.raw(waitingForOf("step"))} as waits,
               (select count(*) from workflow_artifacts a where a.workflow_run_step_id = step.id) as artifacts,
               row_number() over (order by case status when 'running' then 0 when 'failed' then 1 else 2 end,
                                           position) as place
        from workflow_run_steps step where step.workflow_run_id = r.id
      ) glance
    ) s on true`;

/** Converts the times of runs that SQL gave as JSON to the API's format. */
export function withIsoInstants(items: RunListItem[]): RunListItem[] {
  for (const row of items) {
    for (const key of INSTANTS) {
      const value = row[key];
      if (value !== null) row[key] = toIso(value);
    }
    row.waiting_for = withIsoTimes(row.waiting_for);
    row.ask = withIsoAsk(row.ask);
    for (const step of row.steps) {
      if (step.stalled_since !== null) step.stalled_since = toIso(step.stalled_since);
    }
  }
  return items;
}

/** Raw SQL, because this is the busiest query of the product. */
async function readPage(
  db: ReadDb,
  input: ListRunsInput,
  way: "walk" | "words" = "walk",
): Promise<{ page: RunPage; bytes: number }> {
  const { q: _, arg: __, ...filters } = input;
  const isOrdered = input.sort !== "-created" && input.sort !== "created";
  const isWalk = isSoughtRow(input, "walked") !== undefined && way === "walk" && !isOrdered;
  const { source, anchor, offset } = isOrdered ? orderedRuns(input) : runsByAge(input, isWalk);
  const order = sql.raw(ORDERS[input.sort]("page"));
  // One JSON value takes a third of the time that reading the columns one by one takes.
  const [answer] = (
    await db.execute<{ rows: RunListItem[]; found: number | null; bytes: number | null }>(sql`
    select coalesce(json_agg(doc order by place), '[]'::json) as rows, max(found) as found,
           max(total)::float8 as bytes
    from (
    select doc, place, (count(*) over ())::int as found,
           sum(octet_length(doc::text)) over (order by place) as total
    from (
    select row_to_json(page) as doc, row_number() over (order by ${order}) as place
    from (
    ${listed(source)}
    ) page
    ) docs
    ) weighed
    where place <= ${sql.raw(String(input.limit))}
      and (place = 1 or total <= ${sql.raw(String(BUDGET))})`)
  ).rows;
  const items = withIsoInstants(answer?.rows ?? []);
  if (isWalk && (answer?.found ?? 0) <= input.limit && (await isLong(db, filters))) {
    return readPage(db, input, "words");
  }
  const last = items.at(-1);
  const more = last !== undefined && (answer?.found ?? 0) > items.length;
  const next = isOrdered ? [anchor, String(offset + items.length)] : [last?.created_at ?? "", last?.id ?? ""];
  const page = { items, next_cursor: more ? encodeCursor(next) : null };
  return { page, bytes: answer?.bytes ?? 0 };
}

/** SQL for the order of rows of runs with the alias `run`. Runs that are equal in it come newest first. */
const ORDERS: Record<RunOrder, (run: string) => string> = {
  "-created": (run) => `${run}.created_at desc, ${run}.id desc`,
  created: (run) => `${run}.created_at, ${run}.id`,
  name: (run) => `lower(${run}.name), ${ORDERS["-created"](run)}`,
  "-name": (run) => `lower(${run}.name) desc, ${ORDERS["-created"](run)}`,
  priority: (run) => `${run}.priority, ${ORDERS["-created"](run)}`,
  "-priority": (run) => `${run}.priority desc, ${ORDERS["-created"](run)}`,
  duration: (run) => `${durationOf(run)} nulls last, ${ORDERS["-created"](run)}`,
  "-duration": (run) => `${durationOf(run)} desc nulls last, ${ORDERS["-created"](run)}`,
  ended: (run) => `${endOf(run)} nulls last, ${ORDERS["-created"](run)}`,
  "-ended": (run) => `${endOf(run)} desc nulls last, ${ORDERS["-created"](run)}`,
};
const endOf = (run: string) => `coalesce(${run}.completed_at, ${run}.cancelled_at)`;
const durationOf = (run: string) =>
  `(coalesce(${endOf(run)}, ${run}.waiting_since, now()) - ${run}.started_at - ${run}.rested_ms * interval '1 ms')`;

interface Source {
  /** A query of the page's runs and one more. */
  source: SQL;
  /** Of an order that is no age: the moment from which it counts, and the page's place in it. */
  anchor: string;
  offset: number;
}

/**
 * By age, along an index. What is looked for by words or args is at first found along the newest (`isWalk`), since many runs
 * may have it; what few have is then found from the index of words. The limit is inlined: with a parameter, Postgres would
 * plan for any limit and sort the whole project.
 */
function runsByAge(input: ListRunsInput, isWalk: boolean): Source {
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, ["time", "text"]);
  const [time = "", id = ""] = after ?? [];
  const sign = sql.raw(input.sort === "created" ? ">" : "<");
  const place = after ? sql`and (created_at, id) ${sign} (${time}::timestamptz, ${id})` : sql``;
  const { q: _, arg: __, ...filters } = input;
  const newest = (matching: SQL | undefined, most: number) => sql`
    select * from workflow_runs where ${matching} ${place}
    order by ${sql.raw(ORDERS[input.sort]("workflow_runs"))} limit ${sql.raw(String(most))}`;
  const source = isWalk
    ? sql`select * from (${newest(isMatch(filters), WALK)}) walked where ${isSoughtRow(input, "walked")}
          order by ${sql.raw(ORDERS[input.sort]("walked"))} limit ${sql.raw(String(input.limit + 1))}`
    : newest(isMatch(input), input.limit + 1);
  return { source, anchor: "", offset: 0 };
}

/** By what no index has the order of: the newest that match, put in order. Later pages count from the first one's moment. */
function orderedRuns(input: ListRunsInput): Source {
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, ["time", "number"]);
  const [anchor = new Date().toISOString(), offset = "0"] = after ?? [];
  const source = sql`
    select * from (
      select * from workflow_runs where ${isMatch(input)} and created_at <= ${anchor}::timestamptz
      order by created_at desc, id desc limit ${sql.raw(String(MAX_ORDERED))}
    ) ordered
    order by ${sql.raw(ORDERS[input.sort]("ordered"))}
    limit ${sql.raw(String(input.limit + 1))} offset ${sql.raw(String(Math.max(0, Number(offset))))}`;
  return { source, anchor, offset: Math.max(0, Number(offset)) };
}

/** Whether more runs match than a walk looks through. */
async function isLong(db: ReadDb, filters: RunFilter): Promise<boolean> {
  const most = sql`select 1 from workflow_runs where ${isMatch(filters)} limit ${sql.raw(String(WALK))}`;
  const [walked] = (await db.execute<{ count: number }>(sql`select count(*)::int from (${most}) walked`))
    .rows;
  return walked?.count === WALK;
}
