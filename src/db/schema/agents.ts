import { bigint, boolean, check, doublePrecision, index, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { createdAt, id, instant, oneOf, partOf, updatedAt } from "./columns";
import { projects } from "./projects";

const AGENT_SESSION_STATUSES = ["running", "completed", "failed", "cancelled"] as const;

export const agentSessions = pgTable(
  "agent_sessions",
  {
    id: id(),
    project_id: partOf("project_id", () => projects.id),
    agent: text("agent").notNull(),
    status: text("status", { enum: AGENT_SESSION_STATUSES }).notNull(),
    protocol_session_id: text("protocol_session_id"),
    /** A JSONL file, relative to the project's folder. */
    transcript_path: text("transcript_path").notNull(),
    /** False once the agent is about to end: a message would come too late for it. */
    takes_messages: boolean("takes_messages").notNull().default(true),
    usage: jsonb("usage").$type<Record<string, unknown>>(),
    /** What `usage` comes to, over the whole session of the protocol; null where the agent does not tell. */
    tokens: bigint("tokens", { mode: "number" }),
    cost: doublePrecision("cost"),
    currency: text("currency"),
    /** Milliseconds that the agent was at work in this attempt, without waits for people. */
    worked_ms: bigint("worked_ms", { mode: "number" }),
    started_at: instant("started_at"),
    completed_at: instant("completed_at"),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    index("agent_sessions_project_id_idx").on(t.project_id),
    // All sessions of a run, also of attempts that nothing refers to any more, lie below its key.
    index("agent_sessions_transcript_path_idx").on(t.transcript_path.op("text_pattern_ops")),
    check("agent_sessions_status_check", oneOf("status", AGENT_SESSION_STATUSES)),
  ],
);
