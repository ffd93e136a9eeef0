import { and, asc, eq, sql } from "drizzle-orm";
import type { PersonActor } from "../../../auth/actor";
import { PROJECT_ROLES } from "../../../auth/roles";
import type { Caller, RunScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { projectMembers } from "../../../db/schema/projects";
import {
  workflowDecisions,
  workflowRunStepAttempts,
  workflowRunSteps,
  workflowRuns,
} from "../../../db/schema/runs";
import { checkArgs } from "../../../engine/definition/args";
import type { ApprovalRequest } from "../../../engine/states";
import { emit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { enqueueAdvance } from "../../../queue/enqueue";
import { plain, writeSystemComment } from "../../comments/commands/write-system-comment";
import { openStep } from "../queries/open-step";
import { stepsWhere } from "../queries/steps-where";
import type { DecideInput, StepWithSession } from "../schema";

type StepRow = typeof workflowRunSteps.$inferSelect;

/**
 * Approves or rejects a step that waits for it. One rejection ends it; it is approved once as many have as the
 * definition asks for. Throws FORBIDDEN where the step asks for somebody else, BAD_REQUEST where nothing waits
 * or the form's answer is not valid, CONFLICT for a second decision.
 */
export async function decideStep(caller: Caller, input: DecideInput): Promise<StepWithSession> {
  const scope = await openStep(caller, input, "run:write");
  const id = scope.step_row_id;
  await transact(caller.db, async (tx) => {
    const { run, step, request } = await lockRequest(tx, scope, id);
    await checkApprover(tx, caller.actor, scope, request, run.user_id);
    const answer = input.decision === "approve" ? answerOf(request, input.answer) : null;
    await writeDecision(tx, caller.actor, step, { ...input, answer });
    const { execution_id, step_id } = { execution_id: run.id, step_id: step.step_id };
    const note = input.note ? `: ${plain(input.note)}` : "";
    const verb = input.decision === "approve" ? "approved" : "rejected";
    const text = `**${plain(step.name)}** ${verb} by ${plain(caller.actor.name)}${note}`;
    await writeSystemComment(tx, scope, { run_id: run.id, text });

    const end = await endOf(tx, step, request, caller.actor, input);
    if (!end) {
      emit(tx, scope, "workflow.step.waiting", { execution_id, step_id, for: "approval" });
      return;
    }
    await endStep(tx, step, end);
    emit(tx, scope, "workflow.step.completed", { execution_id, step_id, status: end.status });
    await enqueueAdvance(tx, run.id, { priority: run.priority });
  });
  const [step] = await stepsWhere(caller.db, eq(workflowRunSteps.id, id));
  if (!step) throw new AppError("NOT_FOUND", "There is no such step.");
  return step;
}

/** The run first, as everything that changes a run locks it. */
async function lockRequest(tx: Tx, { run_id }: RunScope, id: string) {
  const [run] = await tx.select().from(workflowRuns).where(eq(workflowRuns.id, run_id)).for("update");
  const [step] = await tx.select().from(workflowRunSteps).where(eq(workflowRunSteps.id, id));
  if (!run || !step) throw new AppError("NOT_FOUND", "There is no such step.");
  const { status, waiting_for, request } = step;
  if (waiting_for !== "approval" || !request) {
    const state = waiting_for ? `waits for ${waiting_for}` : `is ${status}`;
    throw new AppError("BAD_REQUEST", `The step "${step.name}" ${state}, so there is nothing to decide.`, [
      { path: "id", message: state },
    ]);
  }
  return { run, step, request };
}

async function checkApprover(
  tx: Tx,
  { user_id }: PersonActor,
  { project_id }: RunScope,
  { approvers }: ApprovalRequest,
  started_by: string,
): Promise<void> {
  const [member] = await tx
    .select({ role: projectMembers.role })
    .from(projectMembers)
    .where(and(eq(projectMembers.project_id, project_id), eq(projectMembers.user_id, user_id)));
  const rank = member ? PROJECT_ROLES.indexOf(member.role) : -1;
  if (rank < PROJECT_ROLES.indexOf(approvers.role)) {
    throw new AppError("FORBIDDEN", `This step is decided by people with the role ${approvers.role}.`);
  }
  if (!approvers.allow_self && user_id === started_by) {
    throw new AppError("FORBIDDEN", "You started this run, and its definition has somebody else decide.");
  }
}

function answerOf({ form }: ApprovalRequest, given: unknown): unknown {
  if (!form) return null;
  const answer = typeof given === "object" && given !== null ? given : {};
  const checked = checkArgs(form, answer as Record<string, unknown>);
  if (checked.ok) return checked.args;
  const faults = checked.faults.map(({ path, message }) => ({
    path: path.replace(/^args/, "answer"),
    message,
  }));
  const [first] = faults;
  throw new AppError("BAD_REQUEST", `${first?.path} ${first?.message}.`, faults);
}

async function writeDecision(
  tx: Tx,
  { user_id, name }: PersonActor,
  { id, attempt }: StepRow,
  { decision, note, answer }: Pick<DecideInput, "decision" | "note"> & { answer: unknown },
): Promise<void> {
  const written = await tx
    .insert(workflowDecisions)
    .values({ workflow_run_step_id: id, attempt, user_id, user_name: name, decision, note, answer })
    .onConflictDoNothing()
    .returning({ id: workflowDecisions.id });
  if (written.length === 0) {
    throw new AppError("CONFLICT", "You have decided already; the step waits for somebody else.");
  }
}

type End = { status: "completed"; output: unknown } | { status: "failed"; error_message: string };

/** How the step ends by this decision; null where it waits for more people. */
async function endOf(
  tx: Tx,
  { id, attempt }: StepRow,
  { approvers, form }: ApprovalRequest,
  { name }: PersonActor,
  { decision, note }: DecideInput,
): Promise<End | null> {
  if (decision === "reject") {
    return { status: "failed", error_message: `Rejected by ${name}${note ? `: ${note}` : ""}` };
  }
  const decisions = await tx
    .select({ user_name: workflowDecisions.user_name, answer: workflowDecisions.answer })
    .from(workflowDecisions)
    .where(and(eq(workflowDecisions.workflow_run_step_id, id), eq(workflowDecisions.attempt, attempt)))
    .orderBy(asc(workflowDecisions.created_at));
  if (decisions.length < approvers.count) return null;
  const output = form ? decisions.at(-1)?.answer : { approved_by: decisions.map((each) => each.user_name) };
  return { status: "completed", output };
}

async function endStep(tx: Tx, { id, attempt }: StepRow, end: End): Promise<void> {
  const values = { ...end, completed_at: sql`now()` };
  await tx
    .update(workflowRunSteps)
    .set({ ...values, waiting_for: null, wake_at: null })
    .where(eq(workflowRunSteps.id, id));
  await tx
    .update(workflowRunStepAttempts)
    .set(values)
    .where(
      and(eq(workflowRunStepAttempts.workflow_run_step_id, id), eq(workflowRunStepAttempts.number, attempt)),
    );
}
