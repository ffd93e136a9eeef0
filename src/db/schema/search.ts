import { bigint, customType, index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { projects } from "./projects";
import { workflowRuns } from "./runs";

const tsvector = customType<{ data: string; driverData: string }>({ dataType: () => "tsvector" });

/**
 * The words of each run: of its name, args, errors and comments. A worker writes them some moments behind the run
 * (`worker/index-runs.ts`), so a run's own writes cost nothing.
 */
export const runSearch = pgTable(
  "run_search",
  {
    workflow_run_id: text("workflow_run_id")
      .primaryKey()
      .references(() => workflowRuns.id, { onDelete: "cascade" }),
    project_id: text("project_id").notNull(),
    words: tsvector("words").notNull(),
  },
  (t) => [index("run_search_words_idx").using("gin", t.words).with({ gin_pending_list_limit: 512 })],
);

/** How far the words of a project's runs are written. */
export const runSearchProgress = pgTable("run_search_progress", {
  project_id: text("project_id")
    .primaryKey()
    .references(() => projects.id, { onDelete: "cascade" }),
  /** Number of the last event whose run was looked at. */
  seq: bigint("seq", { mode: "number" }).notNull(),
  /** Runs with this number and below were made before, and are still to be read; 0: none. */
  number_left: integer("number_left").notNull(),
});
