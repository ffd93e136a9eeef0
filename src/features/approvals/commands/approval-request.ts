import { and, asc, eq } from "drizzle-orm";
import type { PersonActor } from "../../../auth/actor";
import { type RunScope, roleOf } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { projectRoles } from "../../../db/schema/roles";
import { workflowRunStepAttempts, workflowRunSteps, workflowRuns } from "../../../db/schema/runs";
import { checkArgs } from "../../../engine/definition/args";
import { AppError, faultyInput } from "../../../lib/errors";
import { PROJECT_ROLES } from "../../../model/roles";
import type { ApprovalRequest, Decision } from "../../../model/states";

export type RunRow = typeof workflowRuns.$inferSelect;
export type StepRow = typeof workflowRunSteps.$inferSelect;
export type WaitingStep = StepRow & { running_attempt_id: string };

/** Locks the run, as every change of it does first. */
export async function lockRunOf(tx: Tx, { run_id }: RunScope): Promise<RunRow> {
  const [run] = await tx.select().from(workflowRuns).where(eq(workflowRuns.id, run_id)).for("update");
  if (!run) throw new AppError("NOT_FOUND", "There is no such run.");
  return run;
}

/** The step that waits for a decision: this one, or the only one of the run. Throws BAD_REQUEST where none waits. */
export async function requestOf(
  tx: Tx,
  run_id: string,
  row_id: string | null,
): Promise<{ step: WaitingStep; request: ApprovalRequest }> {
  const step = row_id === null ? await onlyWaiting(tx, run_id) : await readStep(tx, row_id);
  const { id, status, waiting_for, request } = step;
  if (waiting_for !== "approval" || !request) {
    const state = waiting_for ? `waits for ${waiting_for}` : `is ${status}`;
    throw new AppError("BAD_REQUEST", `The step "${step.name}" ${state}, so there is nothing to decide.`, [
      { path: "id", message: state },
    ]);
  }
  const { workflow_run_step_id, number } = workflowRunStepAttempts;
  const [attempt] = await tx
    .select({ id: workflowRunStepAttempts.id })
    .from(workflowRunStepAttempts)
    .where(and(eq(workflow_run_step_id, id), eq(number, step.attempt)));
  if (!attempt) throw new Error(`step ${id} waits without an attempt`);
  return { step: { ...step, running_attempt_id: attempt.id }, request };
}

async function readStep(tx: Tx, row_id: string): Promise<StepRow> {
  const [step] = await tx.select().from(workflowRunSteps).where(eq(workflowRunSteps.id, row_id));
  if (!step) throw new AppError("NOT_FOUND", "There is no such step.");
  return step;
}

async function onlyWaiting(tx: Tx, run_id: string): Promise<StepRow> {
  const { workflow_run_id, waiting_for, position } = workflowRunSteps;
  const waiting = await tx
    .select()
    .from(workflowRunSteps)
    .where(and(eq(workflow_run_id, run_id), eq(waiting_for, "approval")))
    .orderBy(asc(position));
  const [step] = waiting;
  if (step && waiting.length === 1) return step;
  const ids = waiting.map(({ step_id }) => step_id).join(", ");
  const [text, message] = step
    ? [`Several steps of the run wait for a decision: ${ids}. Name one of them.`, `must be one of ${ids}`]
    : ["No step of the run waits for a decision.", "no step waits"];
  throw new AppError("BAD_REQUEST", text, [{ path: "step_id", message }]);
}

/**
 * Throws FORBIDDEN if the step asks for other people. `started_by`: who started the run; they may request changes
 * whatever it asks for, as nothing goes out by that.
 */
export async function checkApprover(
  tx: Tx,
  actor: PersonActor,
  { project_id }: RunScope,
  { approvers }: ApprovalRequest,
  { started_by, decision }: { started_by: string; decision: Decision },
): Promise<void> {
  const { user_id } = actor;
  const [member] = await tx
    .select({ role: projectRoles.role })
    .from(projectRoles)
    .where(and(eq(projectRoles.project_id, project_id), eq(projectRoles.user_id, user_id)));
  const rank = member ? PROJECT_ROLES.indexOf(roleOf(actor, member.role)) : -1;
  if (rank < PROJECT_ROLES.indexOf(approvers.role)) {
    throw new AppError("FORBIDDEN", `This step is decided by people with the role ${approvers.role}.`);
  }
  if (!approvers.allow_self && user_id === started_by && decision !== "request_changes") {
    throw new AppError("FORBIDDEN", "You started this run, and its definition has somebody else decide.");
  }
}

/** The answer to the request's form, with defaults filled in; null without a form. Throws BAD_REQUEST. */
export function answerOf({ form }: ApprovalRequest, given: Record<string, unknown> = {}): unknown {
  if (!form) return null;
  const checked = checkArgs(form, given);
  if (checked.ok) return checked.args;
  throw faultyInput(
    checked.faults.map(({ path, message }) => ({ path: path.replace(/^args/, "answer"), message })),
  );
}
