import { z } from "zod";
import { STEP_STATUSES } from "../../engine/states";
import { Id } from "../../lib/ids";

export const AgentSession = z
  .object({
    id: z.string(),
    project_id: z.string(),
    agent: z.string().describe("Its name among the project's agents."),
    status: z.enum(["running", "completed", "failed", "cancelled"]),
    protocol_session_id: z.string().nullable(),
    transcript_path: z.string().describe("JSONL, relative to the project's folder."),
    usage: z.record(z.string(), z.unknown()).nullable(),
    started_at: z.string().nullable(),
    completed_at: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: "AgentSession" });

export type AgentSession = z.infer<typeof AgentSession>;

/** A step that the session worked for, and its run. */
export const AgentSessionStep = z
  .object({
    id: z.string().describe("The step's row."),
    step_id: z.string(),
    name: z.string(),
    status: z.enum(STEP_STATUSES),
    workflow_run_id: z.string(),
    run_name: z.string(),
  })
  .meta({ id: "AgentSessionStep" });

export const AgentSessionDetails = AgentSession.extend({
  steps: z.array(AgentSessionStep).describe("Newest first."),
}).meta({ id: "AgentSessionDetails" });
export type AgentSessionDetails = z.infer<typeof AgentSessionDetails>;

export const AgentSessionInput = z.object({ id: Id });
