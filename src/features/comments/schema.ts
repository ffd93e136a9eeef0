import { z } from "zod";

const COMMENT_TYPES = ["user", "system", "agent"] as const;

export const Comment = z.object({
  id: z.string(),
  workflow_run_id: z.string(),
  /** The step's row; null: on the run itself. */
  workflow_run_step_id: z.string().nullable(),
  /** Markdown. */
  text: z.string(),
  comment_type: z.enum(COMMENT_TYPES),
  /** Null where the system wrote it. */
  created_by: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});
