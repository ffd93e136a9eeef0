import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { LABEL_COLORS } from "../../model/labels";
import { createdAt, id, oneOf, partOf, updatedAt } from "./columns";
import { projects } from "./projects";
import { workflowRuns } from "./runs";
import { users } from "./users";

export const labels = pgTable(
  "labels",
  {
    id: id(),
    project_id: partOf("project_id", () => projects.id),
    /** Unique in the project, whatever the case. */
    name: text("name").notNull(),
    color: text("color", { enum: LABEL_COLORS }).notNull(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    uniqueIndex("labels_name_key").on(t.project_id, sql`lower(${t.name})`),
    check("labels_color_check", oneOf("color", LABEL_COLORS)),
  ],
);

/** A table of its own, so that a run's row, which changes often, needs no index of its labels. */
export const workflowRunLabels = pgTable(
  "workflow_run_labels",
  {
    workflow_run_id: partOf("workflow_run_id", () => workflowRuns.id),
    label_id: partOf("label_id", () => labels.id),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.workflow_run_id, t.label_id] }),
    index("workflow_run_labels_label_id_idx").on(t.label_id),
  ],
);

/** Who asked to hear of a run. Whoever started it, or commented, hears without a row. */
export const runFollowers = pgTable(
  "run_followers",
  {
    workflow_run_id: partOf("workflow_run_id", () => workflowRuns.id),
    user_id: partOf("user_id", () => users.id),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.workflow_run_id, t.user_id] }),
    index("run_followers_user_id_idx").on(t.user_id),
  ],
);
