import { boolean, index, pgTable, text } from "drizzle-orm/pg-core";
import { createdAt, id, partOf, updatedAt } from "./columns";
import { projects } from "./projects";
import { users } from "./users";

/** Filters, order and columns of the runs table under a name. */
export const runViews = pgTable(
  "run_views",
  {
    id: id(),
    project_id: partOf("project_id", () => projects.id),
    created_by: partOf("created_by", () => users.id),
    name: text("name").notNull(),
    /** As in the address of the table, without `?`. */
    query: text("query").notNull(),
    /** Everybody in the project has it; else who made it alone. */
    shared: boolean("shared").notNull(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    index("run_views_project_id_idx").on(t.project_id),
    index("run_views_created_by_idx").on(t.created_by),
  ],
);
