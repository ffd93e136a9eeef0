import { pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { bytea, createdAt, partOf, updatedAt } from "./columns";
import { projects } from "./projects";

/** Secret values of a project. Steps that name them get them, and logs hide them. */
export const projectSecrets = pgTable(
  "project_secrets",
  {
    project_id: partOf("project_id", () => projects.id),
    /** Name of the variable that a step gets. */
    name: text("name").notNull(),
    /** Encrypted with the server's secret; bound to this project and name. */
    sealed: bytea("sealed").notNull(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.name] })],
);
