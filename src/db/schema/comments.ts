import { sql } from "drizzle-orm";
import { type AnyPgColumn, bigint, check, index, json, pgTable, text } from "drizzle-orm/pg-core";
import type { CommentAnchor } from "../../model/states";
import { createdAt, id, instant, oneOf, partOf, updatedAt } from "./columns";
import { reviews } from "./reviews";
import { workflowRunSteps, workflowRuns } from "./runs";
import { users } from "./users";

const COMMENT_TYPES = ["user", "system", "agent"] as const;
const FILE_TYPES = ["image", "video", "document", "code", "other"] as const;

export const workflowComments = pgTable(
  "workflow_comments",
  {
    id: id(),
    workflow_run_id: partOf("workflow_run_id", () => workflowRuns.id),
    /** Null: a comment on the run itself. */
    workflow_run_step_id: text("workflow_run_step_id").references(() => workflowRunSteps.id, {
      onDelete: "cascade",
    }),
    text: text("text").notNull(),
    comment_type: text("comment_type", { enum: COMMENT_TYPES }).notNull(),
    /** Null where the system wrote it. */
    created_by: text("created_by").references(() => users.id, { onDelete: "cascade" }),
    /** The review that it was sent with. */
    review_id: text("review_id").references(() => reviews.id, { onDelete: "set null" }),
    /** What it is about; null: all of it. */
    anchor: json("anchor").$type<CommentAnchor>(),
    /** The comment that it answers, the first of its thread; null: it is the first itself. */
    parent_id: text("parent_id").references((): AnyPgColumn => workflowComments.id, { onDelete: "set null" }),
    /** Since when its thread is resolved. Only of the first, and only where that has an anchor. */
    resolved_at: instant("resolved_at"),
    resolved_by: text("resolved_by").references(() => users.id, { onDelete: "set null" }),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    index("workflow_comments_review_id_idx").on(t.review_id).where(sql`review_id is not null`),
    index("workflow_comments_parent_id_idx").on(t.parent_id).where(sql`parent_id is not null`),
    index("workflow_comments_resolved_by_idx").on(t.resolved_by).where(sql`resolved_by is not null`),
    index("workflow_comments_workflow_run_id_idx").on(t.workflow_run_id, t.created_at),
    index("workflow_comments_workflow_run_step_id_idx").on(t.workflow_run_step_id),
    index("workflow_comments_created_by_idx").on(t.created_by),
    check("workflow_comments_comment_type_check", oneOf("comment_type", COMMENT_TYPES)),
  ],
);

export const workflowArtifacts = pgTable(
  "workflow_artifacts",
  {
    id: id(),
    workflow_run_step_id: partOf("workflow_run_step_id", () => workflowRunSteps.id),
    /** Null: attached to no comment. Deleting a comment sets it to null. */
    workflow_comment_id: text("workflow_comment_id").references(() => workflowComments.id, {
      onDelete: "set null",
    }),
    name: text("name").notNull(),
    /** Relative to the project's folder. */
    file_path: text("file_path").notNull(),
    file_type: text("file_type", { enum: FILE_TYPES }).notNull(),
    mime_type: text("mime_type").notNull(),
    size_bytes: bigint("size_bytes", { mode: "number" }).notNull(),
    /** Of the content, in hex. */
    sha256: text("sha256").notNull(),
    /** Since when its file is gone by retention. */
    removed_at: instant("removed_at"),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    index("workflow_artifacts_workflow_run_step_id_idx").on(t.workflow_run_step_id),
    index("workflow_artifacts_workflow_comment_id_idx").on(t.workflow_comment_id),
    check("workflow_artifacts_file_type_check", oneOf("file_type", FILE_TYPES)),
  ],
);
