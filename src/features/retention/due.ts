import { type SQL, sql } from "drizzle-orm";
import type { RetentionLimits } from "../../model/retention";

/*
 * Which runs retention takes. SQL over a run `r`; the preview counts by the same conditions as those by which the sweeper
 * deletes.
 */

/** The moment so many milliseconds ago. */
export const ago = (ms: number): SQL => sql`now() - ${ms}::float8 * interval '1 millisecond'`;

const ENDED_AT = sql`greatest(r.completed_at, r.cancelled_at)`;

/**
 * It ended before that moment, nobody holds it, and it is not pinned. A run that waits, for an approval too, has not ended.
 * What ended was created before, which the indexes know.
 */
export const endedBefore = (moment: SQL): SQL => sql`(
  r.status in ('completed', 'failed', 'cancelled') and r.claimed_by is null
  and r.created_at < ${moment} and ${ENDED_AT} < ${moment}
  and not exists (select from workflow_run_pins pin where pin.workflow_run_id = r.id))`;

/** The youngest of the runs that stay by their number, of the definition with this id. */
export const lastKept = (definition_id: SQL, keep_last: number): SQL => sql`
  select k.created_at, k.id from workflow_runs k where k.workflow_definition_id = ${definition_id}
  order by k.created_at desc, k.id desc offset ${keep_last - 1} limit 1`;

/** The ids of the runs of a project that go; none where nothing goes by age. */
export function dueRuns(project_id: string, { runs, keep_last }: RetentionLimits): SQL {
  if (runs === null) return sql`select id from workflow_runs where false`;
  const isBehind = sql`(r.created_at, r.id) < (cut.created_at, cut.id)`;
  return sql`
    select r.id from workflow_definitions d
    join workflow_runs r on r.workflow_definition_id = d.id
    ${keep_last > 0 ? sql`join lateral (${lastKept(sql`d.id`, keep_last)}) cut on ${isBehind}` : sql``}
    where d.project_id = ${project_id} and ${endedBefore(ago(runs))}`;
}

/** What was removed at that time is all that there was: the run has not gone on since. */
const isDone = (removed_at: SQL): SQL => sql`coalesce(${removed_at} > ${ENDED_AT}, false)`;

/** The logs of the run go by their age. */
export const dueLogs = ({ logs }: RetentionLimits): SQL =>
  logs === null ? sql`false` : sql`(not ${isDone(sql`r.logs_removed_at`)} and ${endedBefore(ago(logs))})`;

/** Artifacts of the run may go by their age; each has an age of its own, so that its artifacts say whether. */
export const losesArtifacts = ({ artifacts }: RetentionLimits): SQL =>
  artifacts === null
    ? sql`false`
    : sql`(not ${isDone(sql`r.artifacts_removed_at`)} and ${endedBefore(ago(artifacts))})`;

/** The artifact `a` of the run goes by its age; what was sent to an old run of late has an age of its own. */
export const dueArtifacts = ({ artifacts }: RetentionLimits): SQL =>
  artifacts === null
    ? sql`false`
    : sql`(a.removed_at is null and a.created_at < ${ago(artifacts)} and ${endedBefore(ago(artifacts))})`;

/** Types of events that tell a run's history; they stay as long as it. */
const HISTORY = sql`('workflow.execution.created', 'workflow.execution.status_changed')`;

/** The event `e`, old enough, tells no history of a run that stays. `gone`: a query for the ids of runs that do not. */
export const dueEvents = (gone: SQL): SQL => sql`(
  e.type not in ${HISTORY} or not exists (
    select from workflow_runs h where h.id = e.workflow_run_id and h.id not in (${gone})))`;
