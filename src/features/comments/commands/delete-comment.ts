import { asc, eq, sql } from "drizzle-orm";
import { authorizeComment, type Caller } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowArtifacts, workflowComments } from "../../../db/schema/comments";
import { audit, emit, transact } from "../../../events/emit";
import { mayDeleteComment } from "../rights";
import { type LockedComment, lockComment } from "./lock-comment";

const REFUSAL =
  "Only who wrote a comment, or an owner of the project, can delete it. What the system noted stays.";

/** Deletes a comment; its artifacts stay in the run. Throws FORBIDDEN unless `mayDeleteComment`. */
export async function deleteComment(caller: Caller, { id }: { id: string }): Promise<{ id: string }> {
  const scope = await authorizeComment(caller, id, "run:write");
  return transact(caller, scope, "comments.delete", async (tx) => {
    const comment = await lockComment(tx, caller, scope, mayDeleteComment, REFUSAL);
    const { told, text } = comment;
    const detached = await tx
      .update(workflowArtifacts)
      .set({ workflow_comment_id: null })
      .where(eq(workflowArtifacts.workflow_comment_id, id))
      .returning({ id: workflowArtifacts.id });
    audit(tx, { before: { run_id: scope.run_id, text } });
    const heir = await passOnThread(tx, id, comment);
    await tx.delete(workflowComments).where(eq(workflowComments.id, id));
    for (const { id: artifact_id } of detached) {
      emit(tx, scope, "workflow.artifact.detached", {
        execution_id: scope.run_id,
        artifact_id,
        comment_id: id,
      });
    }
    emit(tx, scope, "workflow.comment.deleted", told);
    if (heir !== null) emit(tx, scope, "workflow.comment.updated", { ...told, comment_id: heir });
    return { id };
  });
}

/** What others have answered stays: the first answer is the thread's beginning from now on. Gives its id; null: there is none. */
async function passOnThread(
  tx: Tx,
  id: string,
  { anchor, resolved_at, resolved_by }: LockedComment,
): Promise<string | null> {
  const { parent_id, created_at, updated_at } = workflowComments;
  const [heir] = await tx
    .select({ id: workflowComments.id })
    .from(workflowComments)
    .where(eq(parent_id, id))
    .orderBy(asc(created_at), asc(workflowComments.id))
    .limit(1);
  if (!heir) return null;
  const kept = { updated_at: sql`${updated_at}` };
  await tx
    .update(workflowComments)
    .set({ ...kept, parent_id: heir.id })
    .where(eq(parent_id, id));
  await tx
    .update(workflowComments)
    .set({ ...kept, parent_id: null, anchor, resolved_at, resolved_by })
    .where(eq(workflowComments.id, heir.id));
  return heir.id;
}
