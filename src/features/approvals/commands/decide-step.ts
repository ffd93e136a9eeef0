import { and, asc, eq } from "drizzle-orm";
import type { PersonActor } from "../../../auth/actor";
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
import { transact } from "../../../events/emit";
import { project } from "../../../journal/project";
import { AppError, faultyInput } from "../../../lib/errors";
import { type EndedEntry, NOTHING_GIVEN } from "../../../model/entry";
import { PROJECT_ROLES } from "../../../model/roles";
import type { ApprovalRequest } from "../../../model/states";
import { enqueueAdvance } from "../../../queue/enqueue";
import { plain, writeSystemComment } from "../../comments/commands/write-comment";
import { openStep } from "../../in-run/open-step";
import type { DecideInput } from "../schema";

type StepRow = typeof workflowRunSteps.$inferSelect;
type WaitingStep = StepRow & { running_attempt_id: string };

/**
 * Approves or rejects a step. One rejection ends it; it is approved when enough people have. Throws FORBIDDEN
 * if the step asks for other people, BAD_REQUEST if nothing waits or the form's answer is invalid, CONFLICT
 * for a person's second decision. Returns the id of the step's row.
 */
export async function decideStep(caller: Caller, input: DecideInput): Promise<{ id: string }> {
  const scope = await openStep(caller, input, "run:write");
  const id = scope.step_row_id;
  await transact(caller.db, async (tx) => {
    const { run, step, request } = await lockRequest(tx, scope, id);
    await checkApprover(tx, caller.actor, scope, request, run.user_id);
    const answer = input.decision === "approve" ? answerOf(request, input.answer) : null;
    const before = await readDecisions(tx, step);
    if (before.some(({ user_id }) => user_id === caller.actor.user_id)) {
      throw new AppError("CONFLICT", "You have decided already; the step waits for somebody else.");
    }
    const note = input.note ? `: ${plain(input.note)}` : "";
    const verb = input.decision === "approve" ? "approved" : "rejected";
    const text = `**${plain(step.name)}** ${verb} by ${plain(caller.actor.name)}${note}`;
    await writeSystemComment(tx, scope, { run_id: run.id, text });

    const { user_id, name: user_name } = caller.actor;
    const decided = { user_id, user_name, decision: input.decision, note: input.note ?? null, answer };
    const end = endOf(step, request, [...before, decided]);
    const { id: row_id, step_id, attempt } = step;
    const entry = { kind: "decided", row_id, step_id, attempt, ...decided, is_last: end !== null } as const;
    await project(tx, scope, run, end ? [entry, end] : [entry]);
    if (end) await enqueueAdvance(tx, run.id, { priority: run.priority });
  });
  return { id };
}

/** Lock the run first, as every change of a run does. */
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
  const [attempt] = await tx
    .select({ id: workflowRunStepAttempts.id })
    .from(workflowRunStepAttempts)
    .where(
      and(
        eq(workflowRunStepAttempts.workflow_run_step_id, id),
        eq(workflowRunStepAttempts.number, step.attempt),
      ),
    );
  if (!attempt) throw new Error(`step ${id} waits without an attempt`);
  return { run, step: { ...step, running_attempt_id: attempt.id }, request };
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
  throw faultyInput(
    checked.faults.map(({ path, message }) => ({ path: path.replace(/^args/, "answer"), message })),
  );
}

type Decided = Pick<
  typeof workflowDecisions.$inferSelect,
  "user_id" | "user_name" | "decision" | "note" | "answer"
>;

/** The decisions on the step's current attempt, in order. */
function readDecisions(tx: Tx, { id, attempt }: StepRow): Promise<Decided[]> {
  const { user_id, user_name, decision, note, answer } = workflowDecisions;
  return tx
    .select({ user_id, user_name, decision, note, answer })
    .from(workflowDecisions)
    .where(and(eq(workflowDecisions.workflow_run_step_id, id), eq(workflowDecisions.attempt, attempt)))
    .orderBy(asc(workflowDecisions.created_at));
}

/** How the step ends after the newest decision; null if it still needs more people. */
function endOf(
  { id: row_id, step_id, running_attempt_id: attempt_id }: WaitingStep,
  { approvers, form }: ApprovalRequest,
  decided: Decided[],
): EndedEntry | null {
  const newest = decided.at(-1);
  const end = { ...NOTHING_GIVEN, row_id, step_id, attempt_id };
  if (newest?.decision === "reject") {
    const why = newest.note ? `: ${newest.note}` : "";
    return { ...end, status: "failed", error_message: `Rejected by ${newest.user_name}${why}` };
  }
  if (decided.length < approvers.count) return null;
  const output = form ? newest?.answer : { approved_by: decided.map((each) => each.user_name) };
  return { ...end, status: "completed", output, error_message: null };
}
