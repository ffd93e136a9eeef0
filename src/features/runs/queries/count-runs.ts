import { count } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { workflowRuns } from "../../../db/schema/runs";
import { RUN_STATUSES, type RunStatus } from "../../../model/states";
import type { RunCountsInput } from "../schema";
import { isMatch } from "./is-match";

/** The number of the project's runs in each status, after filters. */
export async function countRuns(caller: Caller, input: RunCountsInput): Promise<Record<RunStatus, number>> {
  await authorizeProject(caller, input.project_id, "project:read");
  const rows = await caller.db
    .select({ status: workflowRuns.status, count: count() })
    .from(workflowRuns)
    .where(isMatch(input))
    .groupBy(workflowRuns.status);
  const counts = Object.fromEntries(RUN_STATUSES.map((status) => [status, 0])) as Record<RunStatus, number>;
  for (const row of rows) counts[row.status] = row.count;
  return counts;
}
