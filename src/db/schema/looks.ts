import { bigint, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, partOf } from "./columns";
import { projects } from "./projects";
import { workflowRuns } from "./runs";
import { users } from "./users";

/** When somebody looked at a project's board, or at one of its runs, last: one row for each, whatever they look at. */
export const looks = pgTable(
  "looks",
  {
    user_id: partOf("user_id", () => users.id),
    /** The run's id, or for the board the project's. */
    subject: text("subject").notNull(),
    project_id: partOf("project_id", () => projects.id),
    workflow_run_id: text("workflow_run_id").references(() => workflowRuns.id, { onDelete: "cascade" }),
    /** The last sign of the visit that goes on, or was last, with the project's newest event then. */
    seen_at: instant("seen_at").notNull(),
    seen_seq: bigint("seen_seq", { mode: "number" }).notNull(),
    /** The end of the visit before; null at the first. */
    since_at: instant("since_at"),
    since_seq: bigint("since_seq", { mode: "number" }),
  },
  (t) => [
    primaryKey({ columns: [t.user_id, t.subject] }),
    index("looks_project_id_idx").on(t.project_id),
    index("looks_workflow_run_id_idx").on(t.workflow_run_id),
    index("looks_seen_at_idx").on(t.seen_at),
  ],
);
