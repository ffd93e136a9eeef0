import { check, index, pgTable, pgView, primaryKey, text } from "drizzle-orm/pg-core";
import { PROJECT_ROLES } from "../../model/roles";
import { createdAt, oneOf, partOf, updatedAt } from "./columns";
import { groups } from "./people";
import { projects } from "./projects";

/** The role that all members of a group have in a project. */
export const projectGroups = pgTable(
  "project_groups",
  {
    project_id: partOf("project_id", () => projects.id),
    group_id: partOf("group_id", () => groups.id),
    role: text("role", { enum: PROJECT_ROLES }).notNull(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.project_id, t.group_id] }),
    index("project_groups_group_id_idx").on(t.group_id),
    check("project_groups_role_check", oneOf("role", PROJECT_ROLES)),
  ],
);

/**
 * Which role who has in which project: the highest of their own membership and of their groups'. Whatever asks for
 * rights asks here; a disabled account is refused before. Its SQL is in migration 0029.
 */
export const projectRoles = pgView("project_roles", {
  project_id: text("project_id").notNull(),
  user_id: text("user_id").notNull(),
  role: text("role", { enum: PROJECT_ROLES }).notNull(),
}).existing();
