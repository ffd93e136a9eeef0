import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { MESSAGE_STATUSES } from "../../model/states";
import { agentSessions } from "./agents";
import { createdAt, id, instant, oneOf, partOf, updatedAt } from "./columns";
import { workflowRunSteps, workflowRuns } from "./runs";
import { users } from "./users";

/**
 * Messages of people to the agent of a step. They wait for the step, whichever attempt of it is at work next; a worker
 * marks them delivered in one transaction, under its claim, before the agent gets them.
 */
export const agentMessages = pgTable(
  "agent_messages",
  {
    id: id(),
    workflow_run_id: partOf("workflow_run_id", () => workflowRuns.id),
    workflow_run_step_id: partOf("workflow_run_step_id", () => workflowRunSteps.id),
    /** The session that it was delivered in; null before. */
    agent_session_id: text("agent_session_id").references(() => agentSessions.id, { onDelete: "set null" }),
    /** Number of the attempt that it was delivered in. */
    attempt: integer("attempt"),
    text: text("text").notNull(),
    /** The agent's turn is to be ended for it. */
    interrupt: boolean("interrupt").notNull().default(false),
    status: text("status", { enum: MESSAGE_STATUSES }).notNull().default("queued"),
    /** Null once the account is gone; the name stays. */
    created_by: text("created_by").references(() => users.id, { onDelete: "set null" }),
    created_by_name: text("created_by_name").notNull(),
    delivered_at: instant("delivered_at"),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    index("agent_messages_workflow_run_step_id_idx").on(t.workflow_run_step_id, t.created_at),
    // For the deletion of runs.
    index("agent_messages_workflow_run_id_idx").on(t.workflow_run_id),
    index("agent_messages_queued_idx").on(t.workflow_run_id).where(sql`status = 'queued'`),
    index("agent_messages_agent_session_id_idx").on(t.agent_session_id),
    index("agent_messages_created_by_idx").on(t.created_by),
    check("agent_messages_status_check", oneOf("status", MESSAGE_STATUSES)),
    check(
      "agent_messages_delivered_check",
      sql`(status = 'delivered') = (delivered_at is not null) and (status = 'delivered') = (attempt is not null)`,
    ),
  ],
);
