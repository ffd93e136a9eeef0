import { z } from "zod";
import { STEP_STATUSES } from "../../engine/states";
import { Id } from "../../lib/ids";

export const AgentSession = z.object({
  id: z.string(),
  project_id: z.string(),
  /** Its name among the project's agents. */
  agent: z.string(),
  status: z.enum(["running", "completed", "failed", "cancelled"]),
  protocol_session_id: z.string().nullable(),
  /** JSONL, relative to the project's folder. */
  transcript_path: z.string(),
  usage: z.record(z.string(), z.unknown()).nullable(),
  started_at: z.string().nullable(),
  completed_at: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});

export type AgentSession = z.infer<typeof AgentSession>;

/** A step that the session worked for, and its run. */
export const AgentSessionStep = z.object({
  /** The step's row. */
  id: z.string(),
  step_id: z.string(),
  name: z.string(),
  status: z.enum(STEP_STATUSES),
  workflow_run_id: z.string(),
  run_name: z.string(),
});

export const AgentSessionDetails = AgentSession.extend({
  /** Newest first. */
  steps: z.array(AgentSessionStep),
});
export type AgentSessionDetails = z.infer<typeof AgentSessionDetails>;

export const AgentSessionInput = z.object({ id: Id });
