import { bigint, index, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { createdAt, partOf } from "./columns";
import { projects } from "./projects";

/** Append-only. `seq` counts each project's events in commit order, without a gap. */
export const workflowEvents = pgTable(
  "workflow_events",
  {
    project_id: partOf("project_id", () => projects.id),
    seq: bigint("seq", { mode: "number" }).notNull(),
    type: text("type").notNull(),
    /** No foreign key: the event of a run's deletion outlives the run. */
    workflow_run_id: text("workflow_run_id"),
    data: jsonb("data").$type<Record<string, unknown>>().notNull(),
    actor_id: text("actor_id"),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.project_id, t.seq] }),
    index("workflow_events_workflow_run_id_idx").on(t.workflow_run_id),
  ],
);
