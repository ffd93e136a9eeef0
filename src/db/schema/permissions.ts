import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import type { AskedToolCall, PermissionOption } from "../../model/states";
import { PERMISSION_STATUSES } from "../../model/states";
import { agentSessions } from "./agents";
import { createdAt, id, instant, oneOf, partOf, updatedAt } from "./columns";
import { workflowRunSteps } from "./runs";
import { users } from "./users";

/**
 * Permission requests of agents, with the answers and who gave them. A trigger withdraws open ones when the session
 * ends, so no way to end an attempt leaves one open.
 */
export const agentPermissionRequests = pgTable(
  "agent_permission_requests",
  {
    id: id(),
    agent_session_id: partOf("agent_session_id", () => agentSessions.id),
    workflow_run_step_id: partOf("workflow_run_step_id", () => workflowRunSteps.id),
    /** Number of the asking attempt. */
    attempt: integer("attempt").notNull(),
    tool_call: jsonb("tool_call").$type<AskedToolCall>().notNull(),
    options: jsonb("options").$type<PermissionOption[]>().notNull(),
    status: text("status", { enum: PERMISSION_STATUSES }).notNull().default("pending"),
    option_id: text("option_id"),
    /** Null once the account is gone; the name stays. */
    answered_by: text("answered_by").references(() => users.id, { onDelete: "set null" }),
    answered_by_name: text("answered_by_name"),
    answered_at: instant("answered_at"),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    index("agent_permission_requests_workflow_run_step_id_idx").on(t.workflow_run_step_id, t.created_at),
    index("agent_permission_requests_pending_idx").on(t.workflow_run_step_id).where(sql`status = 'pending'`),
    index("agent_permission_requests_agent_session_id_idx").on(t.agent_session_id),
    index("agent_permission_requests_answered_by_idx").on(t.answered_by),
    check("agent_permission_requests_status_check", oneOf("status", PERMISSION_STATUSES)),
    check(
      "agent_permission_requests_answered_check",
      sql`(status = 'answered') = (option_id is not null) and (status = 'answered') = (answered_at is not null)`,
    ),
  ],
);
