import { and, asc, eq, ne, sql } from "drizzle-orm";
import type { Tx } from "../../../db/client";
import { reviews } from "../../../db/schema/reviews";
import { AppError } from "../../../lib/errors";
import { type EndedEntry, NOTHING_GIVEN } from "../../../model/entry";
import type { ApprovalRequest, SaidComment } from "../../../model/states";
import type { StepRow, WaitingStep } from "./approval-request";

type Decided = Pick<typeof reviews.$inferSelect, "user_id" | "user_name" | "decision" | "text" | "answer">;

/** The decisions on the step's current attempt that hold for these files, in order. */
export function readDecisions(tx: Tx, { id, attempt }: StepRow, snapshot: string | null): Promise<Decided[]> {
  const { user_id, user_name, decision, text, answer, created_at } = reviews;
  return tx
    .select({ user_id, user_name, decision, text, answer })
    .from(reviews)
    .where(
      and(
        eq(reviews.workflow_run_step_id, id),
        eq(reviews.attempt, attempt),
        ne(decision, "comment"),
        sql`${reviews.snapshot} is not distinct from ${snapshot}`,
      ),
    )
    .orderBy(asc(created_at));
}

/** Throws where the step takes no request for changes, or no more of them. */
export async function checkRounds(
  tx: Tx,
  { id, name }: StepRow,
  { changes }: ApprovalRequest,
): Promise<void> {
  if (!changes) {
    throw new AppError(
      "BAD_REQUEST",
      `The definition says no step to go back to from "${name}" (rework). Approve, reject, or comment.`,
      [{ path: "decision", message: "must be approve or reject" }],
    );
  }
  const of = and(eq(reviews.workflow_run_step_id, id), eq(reviews.decision, "request_changes"));
  const asked = await tx.$count(reviews, of);
  if (asked < changes.rounds) return;
  const times = changes.rounds === 1 ? "once" : `${changes.rounds} times`;
  throw new AppError(
    "CONFLICT",
    `Changes were requested ${times}, as often as the definition allows (rounds). Approve or reject.`,
    [{ path: "decision", message: `was taken ${times}` }],
  );
}

/** How the step ends after the newest decision; null if it still needs more people. */
export function endOf(
  { id: row_id, step_id, running_attempt_id: attempt_id }: WaitingStep,
  { approvers, form }: ApprovalRequest,
  decided: Decided[],
  comments: SaidComment[],
): EndedEntry | null {
  const newest = decided.at(-1);
  const end = { ...NOTHING_GIVEN, row_id, step_id, attempt_id };
  if (newest?.decision === "reject") {
    const why = newest.text ? `: ${newest.text}` : "";
    return { ...end, status: "failed", error_message: `Rejected by ${newest.user_name}${why}` };
  }
  if (newest?.decision === "request_changes") {
    const request_changes = { by: newest.user_name, text: newest.text, comments };
    return { ...end, status: "completed", output: { request_changes }, error_message: null };
  }
  if (decided.length < approvers.count) return null;
  const approved_by = decided.map((each) => each.user_name);
  const output = form ? newest?.answer : { approved_by, ...(comments.length > 0 ? { comments } : {}) };
  return { ...end, status: "completed", output, error_message: null };
}
