import { and, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { workflowRuns } from "../../../db/schema/runs";
import { RUN_STATUSES, type RunStatus } from "../../../engine/states";
import { idOfDefinition } from "../../definitions/queries";
import type { RunCountsInput } from "../schema";

/** How many runs of the project (or of one definition in it) are in each status. */
export async function countRuns(
  caller: Caller,
  { project_id, workflow_definition_id }: z.infer<typeof RunCountsInput>,
): Promise<Record<RunStatus, number>> {
  await authorizeProject(caller, project_id, "project:read");
  const rows = await caller.db
    .select({ status: workflowRuns.status, count: sql<number>`count(*)::int` })
    .from(workflowRuns)
    .where(
      and(
        eq(workflowRuns.project_id, project_id),
        workflow_definition_id
          ? eq(workflowRuns.workflow_definition_id, idOfDefinition(project_id, workflow_definition_id))
          : undefined,
      ),
    )
    .groupBy(workflowRuns.status);
  const counts = Object.fromEntries(RUN_STATUSES.map((status) => [status, 0])) as Record<RunStatus, number>;
  for (const { status, count } of rows) counts[status] = count;
  return counts;
}
