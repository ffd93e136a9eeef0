import { sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { INLINE_BYTES } from "../../../db/bounded";
import type { ReadDb } from "../../../db/client";
import { toIso } from "../../../db/schema/columns";
import { decodeCursor, encodeCursor } from "../../../lib/page";
import { VersionedCache } from "../../../lib/versioned-cache";
import { labelsOf } from "../../labels/queries";
import { waitingForOf } from "../../steps/queries/steps-where";
import type { ListRunsInput, RunListItem, RunPage } from "../schema";
import { isMatch } from "./is-match";
import { assigneeNameOf, changesOf, phaseOf, pinnedAtOf, pullRequestOf, triggerOf } from "./run-columns";
import { waitOf, withIsoTimes } from "./run-wait";
import { stepCountsOf } from "./step-counts";

const INSTANTS = [
  "started_at",
  "completed_at",
  "paused_at",
  "cancelled_at",
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
  const held = known.get(key, event_seq);
  if (held) return held;
  const { page, bytes } = await readPage(caller.db, input);
  if (bytes <= MAX_KEPT_BYTES) known.set(key, event_seq, page);
  return page;
}

/** Raw SQL, because this is the busiest query of the product. */
async function readPage(db: ReadDb, input: ListRunsInput): Promise<{ page: RunPage; bytes: number }> {
  // The limit is inlined: with a parameter, Postgres would plan for any limit and sort the whole project.
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, ["time", "text"]);
  const [afterTime = "", afterId = ""] = after ?? [];
  // One JSON value takes a third of the time that reading the columns one by one takes.
  const [answer] = (
    await db.execute<{ rows: RunListItem[]; found: number | null; bytes: number | null }>(sql`
    select coalesce(json_agg(doc order by place), '[]'::json) as rows, max(found) as found,
           max(total)::float8 as bytes
    from (
    select doc, place, (count(*) over ())::int as found,
           sum(octet_length(doc::text)) over (order by place) as total
    from (
    select row_to_json(page) as doc, row_number() over (order by page.created_at desc, page.id desc) as place
    from (
    select r.id, r.project_id, r.user_id, r.workflow_definition_id, r.revision, r.number, r.name,
           case when r.args_bytes <= ${sql.raw(String(INLINE_BYTES))} then r.args end as args, r.args_bytes,
           ${sql.raw(phaseOf("r"))} as current_phase, r.current_step_index, r.status, left(r.error_message, ${sql.raw(String(MAX_MESSAGE))}) as error_message, r.first_error,
           r.priority, ${sql.raw(labelsOf("r"))} as labels, r.assignee_id, ${sql.raw(assigneeNameOf("r"))} as assignee_name,
           ${sql.raw(triggerOf("r"))} as trigger, r.tokens, r.cost, r.currency, r.budget, r.over_budget, r.started_at, r.completed_at, r.paused_at,
           r.cancelled_at, r.waiting_since, r.rested_ms, ${sql.raw(pinnedAtOf("r"))} as pinned_at, r.logs_removed_at, r.artifacts_removed_at, r.created_at, r.updated_at,
           ${sql.raw(waitOf("r"))} as waiting_for, ${sql.raw(changesOf("r"))} as changes,
           ${sql.raw(pullRequestOf("r"))} as pull_request,
           d.name as definition_name, d.slug as definition_slug, u.name as user_name,
           coalesce(s.steps, '[]'::json) as steps, s.step_counts,
           (select count(*)::int from workflow_comments c where c.workflow_run_id = r.id) as comments_count,
           coalesce(s.artifacts_count, 0)::int as artifacts_count
    from (
      select * from workflow_runs
      where ${isMatch(input)}
        ${after ? sql`and (created_at, id) < (${afterTime}::timestamptz, ${afterId})` : sql``}
      order by created_at desc, id desc
      limit ${sql.raw(String(input.limit + 1))}
    ) r
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
    ) s on true
    ) page
    ) docs
    ) weighed
    where place <= ${sql.raw(String(input.limit))}
      and (place = 1 or total <= ${sql.raw(String(BUDGET))})`)
  ).rows;
  const items = answer?.rows ?? [];
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
  const more = last !== undefined && (answer?.found ?? 0) > items.length;
  const page = { items, next_cursor: more ? encodeCursor([last.created_at, last.id]) : null };
  return { page, bytes: answer?.bytes ?? 0 };
}
