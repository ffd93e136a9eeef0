import { eq } from "drizzle-orm";
import type { Caller, CommentScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowComments } from "../../../db/schema/comments";
import { workflowRunSteps } from "../../../db/schema/runs";
import { AppError } from "../../../lib/errors";
import type { mayEditComment } from "../rights";

type Row = typeof workflowComments.$inferSelect;

export interface LockedComment
  extends Pick<Row, "text" | "parent_id" | "anchor" | "resolved_at" | "resolved_by"> {
  told: { execution_id: string; comment_id: string; step_id: string | null };
}

/**
 * Locks a comment if `may` allows the caller to change it, and returns what its events need, with its text
 * and its thread. Throws FORBIDDEN
 * with the text `refusal`, NOT_FOUND if it was deleted meanwhile.
 */
export async function lockComment(
  tx: Tx,
  { actor }: Caller,
  { run_id, comment_id, role }: CommentScope,
  may: typeof mayEditComment,
  refusal: string,
): Promise<LockedComment> {
  const { created_by, comment_type, text, parent_id, anchor, resolved_at, resolved_by } = workflowComments;
  const step_row_id = workflowComments.workflow_run_step_id;
  const [comment] = await tx
    .select({ created_by, comment_type, text, parent_id, anchor, resolved_at, resolved_by, step_row_id })
    .from(workflowComments)
    .where(eq(workflowComments.id, comment_id))
    .for("update");
  if (!comment) throw new AppError("NOT_FOUND", "There is no such comment.");
  if (!may({ user_id: actor.user_id, role }, comment)) throw new AppError("FORBIDDEN", refusal);
  const step_id = comment.step_row_id === null ? null : await stepIdOf(tx, comment.step_row_id);
  return { ...comment, told: { execution_id: run_id, comment_id, step_id } };
}

async function stepIdOf(tx: Tx, step_row_id: string): Promise<string | null> {
  const [step] = await tx
    .select({ step_id: workflowRunSteps.step_id })
    .from(workflowRunSteps)
    .where(eq(workflowRunSteps.id, step_row_id));
  return step?.step_id ?? null;
}
