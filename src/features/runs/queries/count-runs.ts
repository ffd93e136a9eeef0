import { and, count, eq, sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { runCounts } from "../../../db/schema/run-counts";
import { workflowRuns } from "../../../db/schema/runs";
import { RUN_STATUSES, type RunStatus } from "../../../model/states";
import type { RunCountsInput } from "../schema";
import { definitionIdOf, isMatch } from "./is-match";

/** The number of the project's runs in each status, after filters. */
export async function countRuns(caller: Caller, input: RunCountsInput): Promise<Record<RunStatus, number>> {
  await authorizeProject(caller, input.project_id, "project:read");
  const { project_id, workflow_definition_id, ...others } = input;
  // What only the runs' own rows tell is counted there.
  const isCounted = Object.values(others).every((value) => value === undefined);
  const rows = isCounted ? await readCounts(caller, input) : await countRows(caller, input);
  const counts = Object.fromEntries(RUN_STATUSES.map((status) => [status, 0])) as Record<RunStatus, number>;
  for (const row of rows) counts[row.status] = row.count;
  return counts;
}

function readCounts({ db }: Caller, { project_id, workflow_definition_id: definition }: RunCountsInput) {
  const { project_id: of, workflow_definition_id: made_of } = runCounts;
  return db
    .select({ status: runCounts.status, count: sql<number>`sum(${runCounts.amount})::int` })
    .from(runCounts)
    .where(
      and(eq(of, project_id), definition ? eq(made_of, definitionIdOf(project_id, definition)) : undefined),
    )
    .groupBy(runCounts.status);
}

function countRows({ db }: Caller, input: RunCountsInput) {
  return db
    .select({ status: workflowRuns.status, count: count() })
    .from(workflowRuns)
    .where(isMatch(input))
    .groupBy(workflowRuns.status);
}
