import { and, eq, sql } from "drizzle-orm";
import { authorizeRun, type Caller, type RunScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowRunStepAttempts, workflowRunSteps } from "../../../db/schema/runs";
import { emit, transact, wakeAfter } from "../../../events/emit";
import { enqueueAdvance } from "../../../queue/enqueue";
import { plain, writeSystemComment } from "../../comments/commands/write-system-comment";
import type { Run } from "../schema";
import { changeStatus, lockRun } from "./lock-run";
import { recordCheckpoints } from "./record-checkpoints";

/**
 * Ends the run: the step in flight reads failed and those after it skipped at once; the worker that holds the
 * run ends the step's processes. A worker is queued to clean up, should that one be gone.
 */
export async function cancelRun(caller: Caller, { id }: { id: string }): Promise<Run> {
  const scope = await authorizeRun(caller, id, "run:write");
  const reason = `Cancelled by ${caller.actor.name}`;
  return transact(caller.db, async (tx) => {
    await lockRun(tx, scope, "cancelled", "cancelled");
    return cancelLocked(tx, scope, { reason, text: `Cancelled by ${plain(caller.actor.name)}` });
  });
}

/** The same for a run that is locked and can be cancelled; `text` is the comment that says why. */
export async function cancelLocked(
  tx: Tx,
  scope: RunScope,
  { reason, text }: { reason: string; text: string },
): Promise<Run> {
  const { run_id } = scope;
  await recordCheckpoints(tx, scope, run_id);
  const ended = await endSteps(tx, scope, reason);
  const run = await changeStatus(tx, scope, "cancelled", {
    cancelled_at: sql`now()`,
    error_message: reason,
    current_step_index: ended,
  });
  await writeSystemComment(tx, scope, { run_id, text });
  await enqueueAdvance(tx, run_id);
  wakeAfter(tx, { channel: "control", id: run_id });
  return run;
}

/** Fails the step in flight, skips those that wait. Gives the number of steps, all ended now. */
async function endSteps(tx: Tx, scope: RunScope, reason: string): Promise<number> {
  const ofRun = eq(workflowRunSteps.workflow_run_id, scope.run_id);
  const now = sql`now()`;
  const failed = await tx
    .update(workflowRunSteps)
    .set({
      status: "failed",
      error_message: reason,
      completed_at: now,
      waiting_for: null,
      wake_at: null,
      stalled_since: null,
    })
    .where(and(ofRun, eq(workflowRunSteps.status, "running")))
    .returning({
      id: workflowRunSteps.id,
      step_id: workflowRunSteps.step_id,
      attempt: workflowRunSteps.attempt,
    });
  const skipped = await tx
    .update(workflowRunSteps)
    .set({ status: "skipped", completed_at: now, wake_at: null })
    .where(and(ofRun, eq(workflowRunSteps.status, "pending")))
    .returning({ step_id: workflowRunSteps.step_id });
  for (const { id, step_id, attempt } of failed) {
    await tx
      .update(workflowRunStepAttempts)
      .set({ status: "failed", error_message: reason, completed_at: now })
      .where(
        and(
          eq(workflowRunStepAttempts.workflow_run_step_id, id),
          eq(workflowRunStepAttempts.number, attempt),
        ),
      );
    emit(tx, scope, "workflow.step.completed", { execution_id: scope.run_id, step_id, status: "failed" });
  }
  await tx.execute(sql`
    update agent_sessions g set status = 'cancelled', completed_at = now(), updated_at = now()
    from workflow_run_steps s
    where s.workflow_run_id = ${scope.run_id} and g.id = s.agent_session_id and g.status = 'running'`);
  for (const { step_id } of skipped) {
    emit(tx, scope, "workflow.step.completed", { execution_id: scope.run_id, step_id, status: "skipped" });
  }
  const [count] = await tx.select({ steps: sql<number>`count(*)::int` }).from(workflowRunSteps).where(ofRun);
  return count?.steps ?? 0;
}
