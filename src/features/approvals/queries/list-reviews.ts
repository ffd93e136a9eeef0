import { desc, eq, getTableColumns, sql } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { textBytes } from "../../../db/bounded";
import type { ReadDb } from "../../../db/client";
import { isOneOf, readPage } from "../../../db/read-page";
import { reviews } from "../../../db/schema/reviews";
import { AppError } from "../../../lib/errors";
import type { Page } from "../../../lib/page";
import type { ListReviewsInput, Review } from "../schema";

/** Estimated bytes of a review in JSON, apart from its text. */
const REST_BYTES = 500;

/** A page of what people said of a run's work, newest first. Three queries. */
export async function listReviews(
  caller: Caller,
  { run_id, ...page }: ListReviewsInput,
): Promise<Page<Review>> {
  await authorizeRun(caller, run_id, "project:read");
  const { ids, next_cursor } = await readPage(
    caller.db,
    {
      from: sql`${reviews}`,
      where: eq(reviews.workflow_run_id, run_id),
      id: reviews.id,
      keys: [{ value: reviews.created_at, kind: "time" }],
      descending: true,
      bytes: sql`${textBytes(reviews.text)} + ${sql.raw(String(REST_BYTES))}`,
    },
    page,
  );
  return { items: ids.length === 0 ? [] : await readReviews(caller.db, ids), next_cursor };
}

/** A review. Checks no rights. Throws NOT_FOUND. */
export async function getReview(db: ReadDb, id: string): Promise<Review> {
  const [review] = await readReviews(db, [id]);
  if (!review) throw new AppError("NOT_FOUND", "There is no such review.");
  return review;
}

function readReviews(db: ReadDb, ids: string[]): Promise<Review[]> {
  const { answer, ...columns } = getTableColumns(reviews);
  // Drizzle leaves the table's name out where only one table is selected from.
  const comments_count = sql<number>`(
    select count(*)::int from workflow_comments c where c.review_id = reviews.id)`;
  return db
    .select({ ...columns, comments_count })
    .from(reviews)
    .where(isOneOf(reviews.id, ids))
    .orderBy(desc(reviews.created_at), desc(reviews.id));
}
