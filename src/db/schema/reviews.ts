import { sql } from "drizzle-orm";
import { check, index, integer, json, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { REVIEW_DECISIONS } from "../../model/states";
import { createdAt, id, oneOf, partOf } from "./columns";
import { workflowRunSteps, workflowRuns } from "./runs";
import { users } from "./users";

/** What people said of a run's work: remarks, and decisions on approvals. */
export const reviews = pgTable(
  "reviews",
  {
    id: id(),
    workflow_run_id: partOf("workflow_run_id", () => workflowRuns.id),
    /** The approval; null: the review decides nothing. */
    workflow_run_step_id: text("workflow_run_step_id").references(() => workflowRunSteps.id, {
      onDelete: "cascade",
    }),
    /** Number of the approval's attempt that asked. */
    attempt: integer("attempt"),
    /** Null once the account is gone; the name stays. */
    user_id: text("user_id").references(() => users.id, { onDelete: "set null" }),
    user_name: text("user_name").notNull(),
    decision: text("decision", { enum: REVIEW_DECISIONS }).notNull(),
    text: text("text"),
    /** The answer to the request's form. */
    answer: json("answer").$type<unknown>(),
    /** The commit with the files that it holds for; null where the run has none. */
    snapshot: text("snapshot"),
    created_at: createdAt(),
  },
  (t) => [
    // Once for the same files.
    uniqueIndex("reviews_decided_key")
      .on(t.workflow_run_step_id, t.attempt, t.user_id, sql`coalesce(snapshot, '')`)
      .where(sql`decision <> 'comment'`),
    // For the deletion of steps; the unique index leaves remarks out.
    index("reviews_workflow_run_step_id_idx").on(t.workflow_run_step_id),
    index("reviews_workflow_run_id_idx").on(t.workflow_run_id, t.created_at),
    check("reviews_decision_check", oneOf("decision", REVIEW_DECISIONS)),
    check("reviews_attempt_check", sql`(workflow_run_step_id is null) = (attempt is null)`),
  ],
);
