import { sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { RUN_STATUSES, type RunStatus } from "../../../engine/states";
import type { RunCountsInput } from "../schema";
import { isMatch } from "./is-match";

/** How many runs of the project that the filters leave are in each status. */
export async function countRuns(caller: Caller, input: RunCountsInput): Promise<Record<RunStatus, number>> {
  await authorizeProject(caller, input.project_id, "project:read");
  const { rows } = await caller.db.execute<{ status: RunStatus; count: number }>(sql`
    select status, count(*)::int as count from workflow_runs where ${isMatch(input)} group by status`);
  const counts = Object.fromEntries(RUN_STATUSES.map((status) => [status, 0])) as Record<RunStatus, number>;
  for (const { status, count } of rows) counts[status] = count;
  return counts;
}
