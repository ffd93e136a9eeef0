import type { ProjectScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowComments } from "../../../db/schema/comments";
import { emit } from "../../../events/emit";

/**
 * Notes a change on the run as a system comment, in the transaction of that change. `text` is Markdown:
 * escape names with `plain`. `step` is the step concerned; absent: the run itself.
 */
export async function writeSystemComment(
  tx: Tx,
  scope: ProjectScope,
  { run_id, text, step }: { run_id: string; text: string; step?: { id: string; step_id: string } },
): Promise<void> {
  const [row] = await tx
    .insert(workflowComments)
    .values({
      workflow_run_id: run_id,
      workflow_run_step_id: step?.id ?? null,
      text,
      comment_type: "system",
    })
    .returning({ id: workflowComments.id });
  if (!row) throw new Error("the comment's row did not come back");
  emit(tx, scope, "workflow.comment.created", {
    execution_id: run_id,
    comment_id: row.id,
    step_id: step?.step_id ?? null,
  });
}

/** Escapes a text so that Markdown shows it as it is. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#+\-.!|~&:@]/g, "\\$&").replace(/\s+/g, " ");
}
