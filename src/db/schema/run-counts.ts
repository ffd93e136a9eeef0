import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { RUN_STATUSES } from "../../model/states";

/**
 * How many runs of a definition are in a status: the sum of the amounts. Triggers add a row for each change (migration
 * 0035), in the change's own transaction; `addUpRunCounts` makes one row of many. No foreign keys: what is counted off
 * with a project that goes comes after the project.
 */
export const runCounts = pgTable(
  "run_counts",
  {
    project_id: text("project_id").notNull(),
    workflow_definition_id: text("workflow_definition_id").notNull(),
    status: text("status", { enum: RUN_STATUSES }).notNull(),
    amount: integer("amount").notNull(),
  },
  (t) => [index("run_counts_project_id_idx").on(t.project_id)],
);
