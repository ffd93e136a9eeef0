import { index, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { createdAt, id } from "./columns";

/**
 * Who did what. Append-only: a trigger refuses UPDATE, DELETE and TRUNCATE. It has no foreign keys and keeps names beside
 * ids, since it outlives the projects and accounts that it tells of.
 */
export const auditLog = pgTable(
  "audit_log",
  {
    id: id(),
    created_at: createdAt(),
    /** A procedure's path, as `members.add`, or what else people can do, as `sessions.signIn`. */
    action: text("action").notNull(),
    outcome: text("outcome").notNull().$type<"done" | "refused">(),
    actor_type: text("actor_type").notNull(),
    /** A person's or a worker's; null where nobody is known. */
    actor_id: text("actor_id"),
    actor_name: text("actor_name"),
    session_id: text("session_id"),
    token_id: text("token_id"),
    address: text("address"),
    project_id: text("project_id"),
    project_name: text("project_name"),
    target_type: text("target_type"),
    target_id: text("target_id"),
    target_name: text("target_name"),
    /** What changed, as it was. Never holds a secret. */
    before: jsonb("before").$type<Record<string, unknown>>(),
    /** What changed, as it is now; of what is refused, why. Never holds a secret. */
    after: jsonb("after").$type<Record<string, unknown>>(),
  },
  (t) => [
    index("audit_log_created_at_idx").on(t.created_at, t.id),
    index("audit_log_project_id_idx").on(t.project_id, t.created_at, t.id),
    index("audit_log_actor_id_idx").on(t.actor_id, t.created_at, t.id),
    index("audit_log_action_idx").on(t.action, t.created_at, t.id),
  ],
);
