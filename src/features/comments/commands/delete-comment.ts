import { eq } from "drizzle-orm";
import { authorizeComment, type Caller } from "../../../auth/scope";
import { workflowArtifacts, workflowComments } from "../../../db/schema/comments";
import { audit, emit, transact } from "../../../events/emit";
import { mayDeleteComment } from "../rights";
import { lockComment } from "./lock-comment";

const REFUSAL =
  "Only who wrote a comment, or an owner of the project, can delete it. What the system noted stays.";

/** Deletes a comment; its artifacts stay in the run. Throws FORBIDDEN unless `mayDeleteComment`. */
export async function deleteComment(caller: Caller, { id }: { id: string }): Promise<{ id: string }> {
  const scope = await authorizeComment(caller, id, "run:write");
  return transact(caller, scope, "comments.delete", async (tx) => {
    const { told, text } = await lockComment(tx, caller, scope, mayDeleteComment, REFUSAL);
    const detached = await tx
      .update(workflowArtifacts)
      .set({ workflow_comment_id: null })
      .where(eq(workflowArtifacts.workflow_comment_id, id))
      .returning({ id: workflowArtifacts.id });
    audit(tx, { before: { run_id: scope.run_id, text } });
    await tx.delete(workflowComments).where(eq(workflowComments.id, id));
    for (const { id: artifact_id } of detached) {
      emit(tx, scope, "workflow.artifact.detached", {
        execution_id: scope.run_id,
        artifact_id,
        comment_id: id,
      });
    }
    emit(tx, scope, "workflow.comment.deleted", told);
    return { id };
  });
}
