import { and, asc, eq, gte } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { workflowRunSteps } from "../../../db/schema/runs";
import { transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { enqueueAdvance } from "../../../queue/enqueue";
import { plain, writeSystemComment } from "../../comments/commands/write-system-comment";
import type { RetryRunInput, Run } from "../schema";
import { changeStatus, lockRun } from "./lock-run";

/**
 * Resets a step and all after it and queues the run, on the revision it is pinned to. Without `from_step_id`:
 * from the first step that failed, else the first that was skipped, else the first. The attempts made so far
 * stay in the history.
 */
export async function retryRun(caller: Caller, { id, from_step_id }: RetryRunInput): Promise<Run> {
  const scope = await authorizeRun(caller, id, "run:write");
  return transact(caller.db, async (tx) => {
    const { priority } = await lockRun(tx, scope, "pending", "retried");
    const ofRun = eq(workflowRunSteps.workflow_run_id, id);
    const steps = await tx
      .select({
        step_id: workflowRunSteps.step_id,
        name: workflowRunSteps.name,
        status: workflowRunSteps.status,
        position: workflowRunSteps.position,
      })
      .from(workflowRunSteps)
      .where(ofRun)
      .orderBy(asc(workflowRunSteps.position));
    const from = from_step_id
      ? steps.find((step) => step.step_id === from_step_id)
      : (steps.find((step) => step.status === "failed") ??
        steps.find((step) => step.status === "skipped") ??
        steps[0]);
    if (!from) {
      throw new AppError("BAD_REQUEST", `The run has no step "${from_step_id}".`, [
        { path: "from_step_id", message: `must be one of ${steps.map((step) => step.step_id).join(", ")}` },
      ]);
    }
    await tx
      .update(workflowRunSteps)
      .set({
        status: "pending",
        output: null,
        error_message: null,
        log_directory_path: null,
        started_at: null,
        completed_at: null,
      })
      .where(and(ofRun, gte(workflowRunSteps.position, from.position)));
    const run = await changeStatus(tx, scope, "pending", {
      error_message: null,
      started_at: null,
      completed_at: null,
      paused_at: null,
      cancelled_at: null,
      current_phase: null,
      current_step_index: steps.filter((step) => step.position < from.position).length,
    });
    const text = `Retried from **${plain(from.name)}** by ${plain(caller.actor.name)}`;
    await writeSystemComment(tx, scope, { run_id: id, text });
    await enqueueAdvance(tx, id, { priority });
    return run;
  });
}
