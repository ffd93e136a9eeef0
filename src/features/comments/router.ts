import { z } from "zod";
import { pageOf } from "../../lib/page";
import { procedure, restOf, router } from "../../trpc/procedures";
import { createComment } from "./commands/create-comment";
import { deleteComment } from "./commands/delete-comment";
import { resolveComment } from "./commands/resolve-comment";
import { updateComment } from "./commands/update-comment";
import { listComments } from "./queries";
import {
  Comment,
  CommentInput,
  CreateCommentInput,
  ListCommentsInput,
  ResolveCommentInput,
  UpdateCommentInput,
} from "./schema";

const rest = restOf("comments");

export const commentsRouter = router({
  create: procedure
    .meta(
      rest("POST", "/workflow-executions/{run_id}/comments", "Comment on a run or on one of its steps", {
        description: "Markdown. A token may say `agent` as its type; the system's own comments say `system`.",
        created: true,
      }),
    )
    .input(CreateCommentInput)
    .output(Comment)
    .mutation(({ ctx, input }) => createComment(ctx, input)),
  list: procedure
    .meta(rest("GET", "/workflow-executions/{run_id}/comments", "The comments of a run, oldest first"))
    .input(ListCommentsInput)
    .output(pageOf(Comment))
    .query(({ ctx, input }) => listComments(ctx, input)),
  update: procedure
    .meta(rest("PATCH", "/comments/{id}", "Edit one's own comment"))
    .input(UpdateCommentInput)
    .output(Comment)
    .mutation(({ ctx, input }) => updateComment(ctx, input)),
  resolve: procedure
    .meta(
      rest("POST", "/comments/{id}/resolve", "Resolve a thread, or open it again", {
        description:
          "The first comment of a thread, which has an anchor. Who resolved it and when is in the comment; answers can still be written.",
      }),
    )
    .input(ResolveCommentInput)
    .output(Comment)
    .mutation(({ ctx, input }) => resolveComment(ctx, input)),
  delete: procedure
    .meta(
      rest("DELETE", "/comments/{id}", "Delete a comment", {
        description: "One's own; an owner of the project also others'. What the system noted stays.",
      }),
    )
    .input(CommentInput)
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => deleteComment(ctx, input)),
});
