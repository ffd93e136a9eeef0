import { pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { bytea, createdAt, updatedAt } from "./columns";
import { projects } from "./projects";

/** What a project's steps need and nobody is to read: given to the steps that name it, masked in their logs. */
export const projectSecrets = pgTable(
  "project_secrets",
  {
    project_id: text("project_id")
      .notNull()
      .references(() => projects.id, { onDelete: "cascade" }),
    /** Of the variable that a step gets. */
    name: text("name").notNull(),
    /** Encrypted under the server's secret, bound to this project and name. */
    sealed: bytea("sealed").notNull(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.name] })],
);
