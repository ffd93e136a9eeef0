import { and, eq, inArray } from "drizzle-orm";
import { authorizeProject, authorizeRun, type Caller } from "../../../auth/scope";
import { workflowRunLabels } from "../../../db/schema/labels";
import { workflowRuns } from "../../../db/schema/runs";
import { audit, emit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import type { ChangedRuns, LabelRunsInput, RunsInput } from "../schema";
import { deleteRun } from "./delete-run";
import { retryRun } from "./retry-run";
import { findLabels } from "./update-run";

/**
 * Does the same to several runs of a project, each by itself: a refusal for one does not stop the others. Throws NOT_FOUND
 * and does nothing if an id is no run of the project.
 */
async function eachRun(
  caller: Caller,
  { project_id, ids }: RunsInput,
  change: (id: string) => Promise<unknown>,
): Promise<ChangedRuns> {
  await checkIds(caller, project_id, ids);
  const done: string[] = [];
  const failed: ChangedRuns["failed"] = [];
  for (const id of new Set(ids)) {
    try {
      await change(id);
      done.push(id);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      failed.push({ id, reason: error.message });
    }
  }
  return { done, failed };
}

export async function retryRuns(caller: Caller, input: RunsInput): Promise<ChangedRuns> {
  await authorizeProject(caller, input.project_id, "run:write");
  return eachRun(caller, input, (id) => retryRun(caller, { id, revision: "same" }, "runs.retryMany"));
}

export async function deleteRuns(caller: Caller, input: RunsInput): Promise<ChangedRuns> {
  await authorizeProject(caller, input.project_id, "run:delete");
  return eachRun(caller, input, (id) => deleteRun(caller, { id }, "runs.deleteMany"));
}

/** Puts labels on runs and takes others off; what they have besides stays. */
export async function labelRuns(
  caller: Caller,
  { add, remove, ...input }: LabelRunsInput,
): Promise<ChangedRuns> {
  await authorizeProject(caller, input.project_id, "run:write");
  return eachRun(caller, input, async (id) => {
    const scope = await authorizeRun(caller, id, "run:write");
    await transact(caller, scope, "runs.labelMany", async (tx) => {
      const put = await findLabels(tx, scope, add);
      const taken = await findLabels(tx, scope, remove);
      const ofRun = eq(workflowRunLabels.workflow_run_id, id);
      if (taken.length > 0) {
        await tx.delete(workflowRunLabels).where(and(ofRun, inArray(workflowRunLabels.label_id, taken)));
      }
      if (put.length > 0) {
        await tx
          .insert(workflowRunLabels)
          .values(put.map((label_id) => ({ workflow_run_id: id, label_id })))
          .onConflictDoNothing();
      }
      audit(tx, { after: { add, remove } });
      emit(tx, scope, "workflow.execution.updated", { execution_id: id });
    });
  });
}

/** Throws NOT_FOUND if one of the ids is no run of the project. */
export async function checkIds({ db }: Caller, project_id: string, ids: readonly string[]): Promise<void> {
  const rows = await db
    .select({ id: workflowRuns.id })
    .from(workflowRuns)
    .where(and(eq(workflowRuns.project_id, project_id), inArray(workflowRuns.id, [...ids])));
  const known = new Set(rows.map(({ id }) => id));
  const strange = ids.filter((id) => !known.has(id));
  if (strange.length === 0) return;
  const details = strange.map((id) => ({ path: "ids", message: `${id} is no run of the project` }));
  throw new AppError("NOT_FOUND", `The project has no run ${strange[0]}. Nothing was changed.`, details);
}
