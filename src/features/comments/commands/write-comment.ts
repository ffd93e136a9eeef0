import type { ProjectScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowComments } from "../../../db/schema/comments";
import { emit } from "../../../events/emit";

interface NewComment {
  run_id: string;
  /** Markdown. */
  text: string;
  /** The step concerned; absent: the run itself. */
  step?: { id: string; step_id: string } | null;
}

/** Notes a change as a system comment, in the change's transaction. Escape names in `text` with `plain`. */
export async function writeSystemComment(tx: Tx, scope: ProjectScope, comment: NewComment): Promise<void> {
  await writeComment(tx, scope, comment, { comment_type: "system" });
}

/** Writes a comment, and tells of it. Returns its id. */
export async function writeComment(
  tx: Tx,
  scope: ProjectScope,
  { run_id, text, step }: NewComment,
  by: Pick<
    typeof workflowComments.$inferInsert,
    "comment_type" | "created_by" | "review_id" | "anchor" | "parent_id"
  >,
): Promise<string> {
  const [row] = await tx
    .insert(workflowComments)
    .values({ workflow_run_id: run_id, workflow_run_step_id: step?.id ?? null, text, ...by })
    .returning({ id: workflowComments.id });
  if (!row) throw new Error("the comment's row did not come back");
  emit(tx, scope, "workflow.comment.created", {
    execution_id: run_id,
    comment_id: row.id,
    step_id: step?.step_id ?? null,
  });
  return row.id;
}

/** Escapes a text so that Markdown shows it as it is. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#+\-.!|~&:@]/g, "\\$&").replace(/\s+/g, " ");
}
