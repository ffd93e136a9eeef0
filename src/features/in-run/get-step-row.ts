import { and, eq, or } from "drizzle-orm";
import type { ReadDb } from "../../db/client";
import { workflowRunSteps } from "../../db/schema/runs";
import { AppError } from "../../lib/errors";

/** The step of a run that `ref` names, by its id in the definition or its row's id. Throws NOT_FOUND. */
export async function getStepRow(
  db: ReadDb,
  run_id: string,
  ref: string,
): Promise<{ id: string; step_id: string }> {
  const { id, step_id, workflow_run_id } = workflowRunSteps;
  const [step] = await db
    .select({ id, step_id })
    .from(workflowRunSteps)
    .where(and(eq(workflow_run_id, run_id), or(eq(step_id, ref), eq(id, ref))));
  if (!step) {
    throw new AppError("NOT_FOUND", `The run has no step "${ref}".`, [
      { path: "step_id", message: "is no step of this run" },
    ]);
  }
  return step;
}
