import { and, eq } from "drizzle-orm";
import type { RunScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowComments } from "../../../db/schema/comments";
import { workflowRuns } from "../../../db/schema/runs";
import { AppError } from "../../../lib/errors";

/**
 * Locks the comment against deletion until the transaction ends. Throws NOT_FOUND if the project has no
 * comment with this id, BAD_REQUEST if the comment belongs to another run.
 */
export async function checkComment(
  tx: Tx,
  { project_id, run_id }: RunScope,
  comment_id: string,
): Promise<void> {
  const [comment] = await tx
    .select({ run_id: workflowComments.workflow_run_id })
    .from(workflowComments)
    .innerJoin(workflowRuns, eq(workflowRuns.id, workflowComments.workflow_run_id))
    // Do not reveal comments of other projects.
    .where(and(eq(workflowComments.id, comment_id), eq(workflowRuns.project_id, project_id)))
    .for("key share", { of: workflowComments });
  if (!comment) {
    throw new AppError("NOT_FOUND", "There is no such comment.", [
      { path: "comment_id", message: "is no comment" },
    ]);
  }
  if (comment.run_id !== run_id) {
    throw new AppError("BAD_REQUEST", "The comment is none of the artifact's run.", [
      { path: "comment_id", message: "is no comment of this run" },
    ]);
  }
}
