import { z } from "zod";

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
