import { and, eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { workflowRuns } from "../../../db/schema/runs";
import { AppError } from "../../../lib/errors";
import type { RunByNumberInput } from "../schema";

/** The id of the project's run with this number. Throws NOT_FOUND. */
export async function getRunId(
  caller: Caller,
  { project_id, number }: RunByNumberInput,
): Promise<{ id: string }> {
  await authorizeProject(caller, project_id, "project:read");
  const { id, project_id: of, number: has } = workflowRuns;
  const [run] = await caller.db
    .select({ id })
    .from(workflowRuns)
    .where(and(eq(of, project_id), eq(has, number)));
  if (!run) throw new AppError("NOT_FOUND", `The project has no run #${number}.`);
  return run;
}
