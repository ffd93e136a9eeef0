import { eq } from "drizzle-orm";
import { authorizeComment, type Caller } from "../../../auth/scope";
import { workflowComments } from "../../../db/schema/comments";
import { audit, emit, transact } from "../../../events/emit";
import { getComment } from "../queries";
import { mayEditComment } from "../rights";
import type { Comment, UpdateCommentInput } from "../schema";
import { lockComment } from "./lock-comment";

const REFUSAL = "Only who wrote a comment can change it.";

/** Changes the text of the caller's own comment. Throws FORBIDDEN for another person's. */
export async function updateComment(caller: Caller, { id, text }: UpdateCommentInput): Promise<Comment> {
  const scope = await authorizeComment(caller, id, "run:write");
  return transact(caller, scope, "comments.update", async (tx) => {
    const { told, text: before } = await lockComment(tx, caller, scope, mayEditComment, REFUSAL);
    await tx.update(workflowComments).set({ text }).where(eq(workflowComments.id, id));
    audit(tx, { before: { run_id: scope.run_id, text: before }, after: { text } });
    emit(tx, scope, "workflow.comment.updated", told);
    return getComment(tx, id);
  });
}
