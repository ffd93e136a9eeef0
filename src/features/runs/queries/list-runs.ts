import { authorizeProject, type Caller } from "../../../auth/scope";
import type { Db, Sql } from "../../../db/client";
import { toIso } from "../../../db/schema/columns";
import { decodeCursor, encodeCursor } from "../../../lib/page";
import { VersionedCache } from "../../../lib/versioned-cache";
import { waitingForOf } from "../../steps/queries/steps-where";
import type { ListRunsInput, RunListItem, RunPage } from "../schema";
import { waitOf, withIsoTimes } from "./run-wait";

const INSTANTS = [
  "started_at",
  "completed_at",
  "paused_at",
  "cancelled_at",
  "waiting_since",
  "created_at",
  "updated_at",
] as const satisfies readonly (keyof RunListItem)[];

/** What shows of people has no event: a new name is seen after this at the latest. */
const MAX_AGE_MS = 10_000;
/** Some 40 KB each. */
const MAX_PAGES = 200;

const pages = new WeakMap<Db, VersionedCache<RunPage>>();

/**
 * A page of the project's runs, newest first. Two queries however many rows: the gate's and one that brings
 * each run with its steps and counts. Every change that shows in a list is an event of its project, so a page
 * holds until the next one: a team whose boards all look again after a change costs one reading.
 */
export async function listRuns(caller: Caller, input: ListRunsInput): Promise<RunPage> {
  const { event_seq } = await authorizeProject(caller, input.project_id, "project:read");
  let known = pages.get(caller.db);
  if (!known) {
    known = new VersionedCache(MAX_PAGES, MAX_AGE_MS);
    pages.set(caller.db, known);
  }
  const key = JSON.stringify(input);
  const held = known.get(key, event_seq);
  if (held) return held;
  const page = await readPage(caller.db.$client, input);
  known.set(key, event_seq, page);
  return page;
}

/** Written in SQL: the list is asked for more than all else together. */
async function readPage(sql: Sql, input: ListRunsInput): Promise<RunPage> {
  // The limit stands in the text: a plan made for any limit would read and sort the whole project.
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor);
  // One value of JSON: reading it costs a third of reading its columns one by one.
  const [answer] = await sql<{ rows: RunListItem[] }[]>`
    select coalesce(json_agg(page), '[]'::json) as rows from (
    select r.id, r.project_id, r.user_id, r.workflow_definition_id, r.revision, r.number, r.name,
           r.current_phase, r.current_step_index, r.status, r.error_message, r.priority, r.started_at, r.completed_at, r.paused_at,
           r.cancelled_at, r.waiting_since, r.created_at, r.updated_at,
           ${sql.unsafe(waitOf("r"))} as waiting_for,
           d.name as definition_name, d.slug as definition_slug, u.name as user_name,
           coalesce(s.steps, '[]'::json) as steps,
           (select count(*)::int from workflow_comments c where c.workflow_run_id = r.id) as comments_count,
           coalesce(s.artifacts_count, 0)::int as artifacts_count
    from (
      select * from workflow_runs
      where project_id = ${input.project_id}
        ${input.status ? sql`and status in ${sql(input.status)}` : sql``}
        ${input.workflow_definition_id ? sql`and workflow_definition_id = ${idOf(sql, input.project_id, input.workflow_definition_id)}` : sql``}
        ${input.user_id ? sql`and user_id = ${input.user_id}` : sql``}
        ${input.q ? sql`and ${isNamed(sql, input.q)}` : sql``}
        ${after ? sql`and (created_at, id) < (${after.created_at}::timestamptz, ${after.id})` : sql``}
      order by created_at desc, id desc
      limit ${sql.unsafe(String(input.limit + 1))}
    ) r
    join workflow_definitions d on d.id = r.workflow_definition_id
    join users u on u.id = r.user_id
    left join lateral (
      select json_agg(json_build_object('id', id, 'step_id', step_id, 'name', name, 'phase', phase, 'status', status,
                                        'waiting_for', ${sql.unsafe(waitingForOf("step"))},
                                        'stalled_since', stalled_since)
                      order by position) as steps,
             sum((select count(*) from workflow_artifacts a where a.workflow_run_step_id = step.id)) as artifacts_count
      from workflow_run_steps step where step.workflow_run_id = r.id
    ) s on true
    order by r.created_at desc, r.id desc) page`;
  const rows = answer?.rows ?? [];
  const items = rows.slice(0, input.limit);
  for (const row of items) {
    for (const key of INSTANTS) {
      const value = row[key];
      if (value !== null) row[key] = toIso(value);
    }
    row.waiting_for = withIsoTimes(row.waiting_for);
    for (const step of row.steps) {
      if (step.stalled_since !== null) step.stalled_since = toIso(step.stalled_since);
    }
  }
  const last = items.at(-1);
  return { items, next_cursor: rows.length > input.limit && last ? encodeCursor(last) : null };
}

/** A run's name holds the text, or its number is meant; `#12` is not the beginning of `#120`. */
function isNamed(sql: Sql, text: string) {
  const [, hash = "", number] = /^(#?)0*([1-9]\d{0,8})$/.exec(text) ?? [];
  if (number === undefined) return sql`name ilike ${`%${escapeLike(text)}%`}`;
  const inName = hash ? sql`name ~ ${`#${number}(?!\\d)`}` : sql`name ilike ${`%${text}%`}`;
  return sql`(number = ${Number(number)} or ${inName})`;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

/** Of the project's definition that has this id, or this slug. */
function idOf(sql: Sql, project_id: string, id_or_slug: string) {
  return sql`(
    select id from workflow_definitions
    where project_id = ${project_id} and (id = ${id_or_slug} or slug = ${id_or_slug})
    order by id = ${id_or_slug} desc limit 1)`;
}
