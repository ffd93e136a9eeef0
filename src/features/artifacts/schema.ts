import { z } from "zod";

export const Artifact = z.object({
  id: z.string(),
  /** The step's row. */
  workflow_run_step_id: z.string(),
  /** Null: attached to no comment. */
  workflow_comment_id: z.string().nullable(),
  name: z.string(),
  /** Relative to the project's folder. */
  file_path: z.string(),
  file_type: z.enum(["image", "video", "document", "code", "other"]),
  mime_type: z.string(),
  size_bytes: z.number().int(),
  /** Of the content, in hex. */
  sha256: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type Artifact = z.infer<typeof Artifact>;
