import { and, eq } from "drizzle-orm";
import type { RunScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowComments } from "../../../db/schema/comments";
import { AppError } from "../../../lib/errors";

/** Keeps the comment there until the transaction ends. Throws BAD_REQUEST unless it is one of the run. */
export async function checkComment(tx: Tx, { run_id }: RunScope, comment_id: string): Promise<void> {
  const [comment] = await tx
    .select({ id: workflowComments.id })
    .from(workflowComments)
    .where(and(eq(workflowComments.id, comment_id), eq(workflowComments.workflow_run_id, run_id)))
    .for("key share");
  if (!comment) {
    throw new AppError("BAD_REQUEST", "The comment is none of the artifact's run.", [
      { path: "comment_id", message: "is no comment of this run" },
    ]);
  }
}
