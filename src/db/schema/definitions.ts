import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { DefinitionFault } from "../../lib/definition-fault";
import { createdAt, id, instant, oneOf, partOf, updatedAt } from "./columns";
import { projects } from "./projects";
import { users } from "./users";

export const DEFINITION_TYPES = ["yaml", "code"] as const;
export const DEFINITION_STATUSES = ["active", "invalid", "archived"] as const;

export const workflowDefinitions = pgTable(
  "workflow_definitions",
  {
    id: id(),
    project_id: partOf("project_id", () => projects.id),
    name: text("name").notNull(),
    slug: text("slug").notNull(),
    description: text("description").notNull().default(""),
    type: text("type", { enum: DEFINITION_TYPES }).notNull(),
    /** Relative to the project's folder. */
    path: text("path").notNull(),
    phases: jsonb("phases").$type<string[]>().notNull(),
    /** json keeps the order of keys, which jsonb does not: the start form asks in this order. */
    args_schema: json("args_schema").$type<Record<string, unknown>>(),
    is_template: boolean("is_template").notNull().default(false),
    status: text("status", { enum: DEFINITION_STATUSES }).notNull(),
    /** Null for a valid definition. */
    load_error: json("load_error").$type<DefinitionFault[]>(),
    /** Since when it starts nothing, neither by people nor by its triggers; null: it may. */
    disabled_at: instant("disabled_at"),
    disabled_by: text("disabled_by").references(() => users.id, { onDelete: "set null" }),
    /** Whoever has it may see the badge; null: only who may read the project. It tells nothing else. */
    badge_key: text("badge_key"),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    uniqueIndex("workflow_definitions_project_id_slug_key").on(t.project_id, t.slug),
    uniqueIndex("workflow_definitions_project_id_path_key").on(t.project_id, t.path),
    index("workflow_definitions_type_is_template_idx").on(t.type, t.is_template),
    index("workflow_definitions_disabled_by_idx").on(t.disabled_by).where(sql`disabled_by is not null`),
    check("workflow_definitions_type_check", oneOf("type", DEFINITION_TYPES)),
    check("workflow_definitions_status_check", oneOf("status", DEFINITION_STATUSES)),
  ],
);

/** A definition's content at one time. Never changed; each run refers to one. */
export const workflowDefinitionRevisions = pgTable(
  "workflow_definition_revisions",
  {
    id: id(),
    workflow_definition_id: partOf("workflow_definition_id", () => workflowDefinitions.id),
    number: integer("number").notNull(),
    /** SHA-256 of the source, in hex. */
    sha256: text("sha256").notNull(),
    source: text("source").notNull(),
    /** `CompiledDefinition` of engine/definition. */
    compiled: json("compiled").$type<unknown>().notNull(),
    /** Who saved it through the API; null where the file was edited on disk. */
    created_by: text("created_by").references(() => users.id, { onDelete: "set null" }),
    created_at: createdAt(),
  },
  (t) => [
    // A constraint, not an index: runs refer to it.
    unique("workflow_definition_revisions_number_key").on(t.workflow_definition_id, t.number),
    index("workflow_definition_revisions_created_by_idx").on(t.created_by),
  ],
);
