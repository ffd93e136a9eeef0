import { eq, sql } from "drizzle-orm";
import { authorizeComment, type Caller } from "../../../auth/scope";
import { workflowComments } from "../../../db/schema/comments";
import { audit, emit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { getComment } from "../queries";
import { mayResolve } from "../rights";
import type { Comment, ResolveCommentInput } from "../schema";
import { lockComment } from "./lock-comment";

const REFUSAL = "Only a member of the project can resolve a thread.";

/** Resolves a thread, or opens it again. Throws BAD_REQUEST for an answer, and for what has no anchor. */
export async function resolveComment(
  caller: Caller,
  { id, resolved }: ResolveCommentInput,
): Promise<Comment> {
  const scope = await authorizeComment(caller, id, "run:write");
  return transact(caller, scope, "comments.resolve", async (tx) => {
    const { told, parent_id, anchor, resolved_at } = await lockComment(
      tx,
      caller,
      scope,
      mayResolve,
      REFUSAL,
    );
    if (parent_id !== null) {
      throw new AppError("BAD_REQUEST", "This is an answer. Resolve the comment that it answers.", [
        { path: "id", message: `answers ${parent_id}` },
      ]);
    }
    if (anchor === null) {
      throw new AppError(
        "BAD_REQUEST",
        "Only a comment on lines, on a region of an image or on a plan can be resolved.",
        [{ path: "id", message: "has no anchor" }],
      );
    }
    const by = resolved ? caller.actor.user_id : null;
    audit(tx, {
      before: { run_id: scope.run_id, resolved: resolved_at !== null },
      after: { run_id: scope.run_id, resolved },
    });
    if ((resolved_at !== null) !== resolved) {
      await tx
        .update(workflowComments)
        .set({
          resolved_at: resolved ? sql`now()` : null,
          resolved_by: by,
          // That is no edit of its text.
          updated_at: sql`${workflowComments.updated_at}`,
        })
        .where(eq(workflowComments.id, id));
      emit(tx, scope, "workflow.comment.updated", told);
    }
    return getComment(tx, id);
  });
}
