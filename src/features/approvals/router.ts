import { pageOf } from "../../lib/page";
import { procedure, restOf, router } from "../../trpc/procedures";
import { submitReview } from "./commands/submit-review";
import { listLines } from "./queries/list-lines";
import { getReview, listReviews } from "./queries/list-reviews";
import { CommentLines, ListLinesInput, ListReviewsInput, Review, SubmitReviewInput } from "./schema";

const rest = restOf("reviews");

export const reviewsRouter = router({
  submit: procedure
    .meta(
      rest(
        "POST",
        "/workflow-executions/{run_id}/reviews",
        "Comment on lines that a run changed or on an agent's plan, approve, reject, or request changes",
        { created: true },
      ),
    )
    .input(SubmitReviewInput)
    .output(Review)
    .mutation(async ({ ctx, input }) => getReview(ctx.db, (await submitReview(ctx, input)).id)),
  lines: procedure
    .meta(
      rest(
        "GET",
        "/workflow-executions/{run_id}/reviews/lines",
        "Where the lines that comments are about stand now, newest comment first",
        {
          description:
            "A comment's anchor says where its lines were in the files that its writer saw. As steps change files, lines move or go; this follows them.",
        },
      ),
    )
    .input(ListLinesInput)
    .output(pageOf(CommentLines))
    .query(({ ctx, input }) => listLines(ctx, input)),
  list: procedure
    .meta(
      rest("GET", "/workflow-executions/{run_id}/reviews", "What people said of a run's work, newest first"),
    )
    .input(ListReviewsInput)
    .output(pageOf(Review))
    .query(({ ctx, input }) => listReviews(ctx, input)),
});
