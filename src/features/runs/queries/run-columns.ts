import { getTableColumns, sql } from "drizzle-orm";
import { outputColumns, shownError } from "../../../db/bounded";
import { toIso } from "../../../db/schema/columns";
import { workflowRuns } from "../../../db/schema/runs";
import type { ChangeCounts } from "../../changes/schema";
import { labelsOf } from "../../labels/queries";
import type { LabelOfRun } from "../../labels/schema";
import type { Run } from "../schema";

const {
  epoch: _epoch,
  claimed_by: _claimed,
  write_floor: _floor,
  changed_files: _files,
  added_lines: _added,
  deleted_lines: _deleted,
  pull_request_url: _url,
  pull_request_number: _number,
  log_bytes: _log_bytes,
  ...columns
} = getTableColumns(workflowRuns);

/**
 * SQL for a run's phase over a row of `workflow_runs` with the alias `run`. Before the first step starts, or
 * starts again: the phase of the first step to do, else the definition's first.
 */
export const phaseOf = (run: string) => `
  coalesce(${run}.current_phase, case when ${run}.status in ('pending', 'running', 'paused') then coalesce(
    (select s.phase from workflow_run_steps s
     where s.workflow_run_id = ${run}.id and s.status = 'pending' order by s.position limit 1),
    (select d.phases ->> 0 from workflow_definitions d where d.id = ${run}.workflow_definition_id)) end)`;

/** SQL for what a run changed, in numbers, over a row of `workflow_runs` with the alias `run`; null before it is known. */
export const changesOf = (run: string) => `
  case when ${run}.changed_files is not null then json_build_object(
    'files', ${run}.changed_files, 'additions', coalesce(${run}.added_lines, 0),
    'deletions', coalesce(${run}.deleted_lines, 0)) end`;

/** SQL for a run's pull request, over a row of `workflow_runs` with the alias `run`; null where there is none. */
export const pullRequestOf = (run: string) => `
  case when ${run}.pull_request_number is not null then json_build_object(
    'url', ${run}.pull_request_url, 'number', ${run}.pull_request_number) end`;

/** SQL for since when a run is pinned, over a row of `workflow_runs` with the alias `run`; null where it is not. */
export const pinnedAtOf = (run: string) =>
  `(select pin.created_at from workflow_run_pins pin where pin.workflow_run_id = ${run}.id)`;

/** SQL for the name of who looks after a run, over a row of `workflow_runs` with the alias `run`; null for nobody. */
export const assigneeNameOf = (run: string) => `(select u.name from users u where u.id = ${run}.assignee_id)`;

/** SQL for what started a run by itself, over a row of `workflow_runs` with the alias `run`; null for a person. */
export const triggerOf = (run: string) => `
  case when ${run}.workflow_trigger_id is not null then coalesce(
    (select json_build_object('kind', t.kind, 'key', t.key) from workflow_triggers t
     where t.id = ${run}.workflow_trigger_id),
    json_build_object('kind', null, 'key', null)) end`;

/** The columns of a run that people see. */
export const RUN_COLUMNS = {
  ...columns,
  ...outputColumns(workflowRuns, sql`'/api/workflow-executions/' || ${workflowRuns.id} || '/output'`),
  error_message: shownError(workflowRuns.error_message),
  current_phase: sql<string | null>`${sql.raw(phaseOf("workflow_runs"))}`,
  pinned_at: sql<string | null>`${sql.raw(pinnedAtOf("workflow_runs"))}`.mapWith((at: string | null) =>
    at === null ? null : toIso(at),
  ),
  labels: sql<LabelOfRun[]>`${sql.raw(labelsOf("workflow_runs"))}`,
  assignee_name: sql<string | null>`${sql.raw(assigneeNameOf("workflow_runs"))}`,
  trigger: sql<Run["trigger"]>`${sql.raw(triggerOf("workflow_runs"))}`,
  pull_request: sql<{ url: string; number: number } | null>`${sql.raw(pullRequestOf("workflow_runs"))}`,
  changes: sql<ChangeCounts | null>`${sql.raw(changesOf("workflow_runs"))}`,
};
