import { sql } from "drizzle-orm";
import { check, type ExtraConfigColumn, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { INBOX_REASONS } from "../../model/inbox";
import { instant, oneOf, partOf } from "./columns";
import { workflowComments } from "./comments";
import { workflowRuns } from "./runs";
import { users } from "./users";

/** Nulls first, as in ORDER BY … DESC. */
const newestFirst = (t: Record<"at" | "key", ExtraConfigColumn>) =>
  [t.at.desc().nullsFirst(), t.key.desc().nullsFirst()] as const;

/**
 * What is news for whom (`events/news.ts` decides), and how far its person is with it. An open question is no row: the
 * inbox finds those in the runs, and only what somebody did with one is noted here. A row goes with its run or comment.
 */
export const inboxItems = pgTable(
  "inbox_items",
  {
    user_id: partOf("user_id", () => users.id),
    /** What it is about, as `failed:RUN`, so that the same news is never there twice. */
    key: text("key").notNull(),
    reason: text("reason", { enum: INBOX_REASONS }).notNull(),
    workflow_run_id: partOf("workflow_run_id", () => workflowRuns.id),
    workflow_comment_id: text("workflow_comment_id").references(() => workflowComments.id, {
      onDelete: "cascade",
    }),
    /** When it was news last: a run can fail twice. */
    at: instant("at").notNull().default(sql`now()`),
    read_at: instant("read_at"),
    done_at: instant("done_at"),
    snoozed_until: instant("snoozed_until"),
  },
  (t) => [
    primaryKey({ columns: [t.user_id, t.key] }),
    index("inbox_items_open_idx")
      .on(t.user_id, ...newestFirst(t))
      .where(sql`done_at is null`),
    index("inbox_items_done_idx")
      .on(t.user_id, ...newestFirst(t))
      .where(sql`done_at is not null`),
    // What is counted all the time, however much somebody has read and left open.
    index("inbox_items_unread_idx").on(t.user_id).where(sql`done_at is null and read_at is null`),
    // By it the sweeper finds what has been done for long.
    index("inbox_items_done_at_idx").on(t.done_at).where(sql`done_at is not null`),
    index("inbox_items_workflow_run_id_idx").on(t.workflow_run_id),
    index("inbox_items_workflow_comment_id_idx")
      .on(t.workflow_comment_id)
      .where(sql`workflow_comment_id is not null`),
    check("inbox_items_reason_check", oneOf("reason", INBOX_REASONS)),
  ],
);
