import { type SQL, sql } from "drizzle-orm";
import { workflowRuns } from "../../../db/schema/runs";
import type { RunStatus } from "../../../model/states";
import { phaseOf } from "../../runs/queries/run-columns";
import { type BoardGroup, RECENT_DAYS } from "../groups";

/*
 * Which runs are on the board, in which column and in which order. SQL over rows of `workflow_runs`; the browser holds the
 * same rules in `ui/columns.ts`, by which a card moves as soon as an event comes.
 */

/** A person has to answer: an approval, a permission, or a budget that is reached. */
const NEEDS_YOU = sql.raw(`(
  (workflow_runs.status = 'paused' and workflow_runs.over_budget is not null)
  or (workflow_runs.status = 'running' and exists (
    select 1 from workflow_run_steps s where s.workflow_run_id = workflow_runs.id and s.status = 'running'
      and (s.waiting_for = 'approval' or exists (
        select 1 from agent_permission_requests q
        where q.workflow_run_step_id = s.id and q.status = 'pending')))))`);

const ACTIVE = sql.raw(`workflow_runs.status in ('pending', 'running', 'paused')`);
/** It failed, and nobody has acknowledged or archived it. */
const FAILED = sql.raw(`(workflow_runs.status = 'failed' and workflow_runs.acknowledged_at is null
  and workflow_runs.archived_at is null)`);
const OPEN = sql`(${ACTIVE} or ${FAILED})`;

export const ENDED_AT = sql.raw("greatest(workflow_runs.completed_at, workflow_runs.cancelled_at)");
const RECENT = sql`(
  workflow_runs.archived_at is null and workflow_runs.status in ('completed', 'failed', 'cancelled')
  and (workflow_runs.status <> 'failed' or workflow_runs.acknowledged_at is not null)
  and ${ENDED_AT} > now() - ${sql.raw(String(RECENT_DAYS))} * interval '1 day')`;

/** A run that failed ahead of its first step is in the phase with which it was to begin. */
const PHASE = sql.raw(`coalesce(${phaseOf("workflow_runs")},
  (select s.phase from workflow_run_steps s where s.workflow_run_id = workflow_runs.id order by s.position limit 1), '')`);

/** The order of a column: by creation, by creation with the oldest first, or by the end. */
export type Order = "newest" | "oldest" | "ended";

export interface ColumnRule {
  where: SQL;
  order: Order;
}

/** In the statement's text: a plan for any status looks through all ended runs for the few that work. */
const is = (status: RunStatus) => sql.raw(`workflow_runs.status = '${status}'`);

/** The columns that have a rule of their own; all others have the open runs of one phase, person or definition. */
const RULES: Record<string, ColumnRule> = {
  pending: { where: is("pending"), order: "oldest" },
  needs_you: { where: NEEDS_YOU, order: "newest" },
  running: { where: sql`${is("running")} and not ${NEEDS_YOU}`, order: "newest" },
  paused: { where: sql`${is("paused")} and not ${NEEDS_YOU}`, order: "newest" },
  failed: { where: FAILED, order: "newest" },
  recent: { where: RECENT, order: "ended" },
};

/** SQL for the part of a key behind its colon. */
const VALUES: Record<string, SQL> = {
  phase: PHASE,
  project: sql`${workflowRuns.project_id}`,
  person: sql`${workflowRuns.user_id}`,
  assignee: sql`coalesce(${workflowRuns.assignee_id}, '')`,
  // Of several labels the first by name, so that a run is in one column.
  label: sql.raw(`coalesce((
    select l.id from workflow_run_labels of_run join labels l on l.id = of_run.label_id
    where of_run.workflow_run_id = workflow_runs.id order by lower(l.name) limit 1), '')`),
  definition: sql`${workflowRuns.workflow_definition_id}`,
};

/** The rule of the column with this key, grouped so; null where there is none. */
export function ruleOf(key: string, group: BoardGroup): ColumnRule | null {
  const at = key.indexOf(":");
  if (at < 0) return key === "none" ? null : (RULES[key] ?? null);
  const value = VALUES[key.slice(0, at)];
  if (!value || key.slice(0, at) !== group) return null;
  const open = group === "phase" ? sql`${OPEN} and not ${is("pending")}` : OPEN;
  return { where: sql`${open} and ${value} = ${key.slice(at + 1)}`, order: "newest" };
}

/** The column of all runs in one status, for a board that is filtered by it. */
export const statusRule = (status: RunStatus): ColumnRule => ({
  where: is(status),
  order: status === "pending" ? "oldest" : "newest",
});

const BY_STATUS = sql`case when ${is("failed")} then 'failed' when ${is("pending")} then 'pending'
  when ${NEEDS_YOU} then 'needs_you' else workflow_runs.status end`;

/** SQL for that by which a run is grouped, where that is no state; else an empty text. */
export const groupValueOf = (group: BoardGroup): SQL =>
  group === "phase" ? sql`''` : (VALUES[group] ?? sql`''`);

/** SQL for the key of the column that an open run is in. */
export function keyOf(group: BoardGroup): SQL {
  if (group === "status") return BY_STATUS;
  const value = sql`${sql.param(group)}::text || ':' || ${VALUES[group] ?? sql`''`}`;
  return group === "phase" ? sql`case when ${is("pending")} then 'pending' else ${value} end` : value;
}

export const isActive = ACTIVE;
export const isFailed = FAILED;
export const isRecent = RECENT;
/** What a board shows at all. */
export const isOnBoard = sql`(${OPEN} or ${RECENT})`;
