import { z } from "zod";
import { Id } from "../../lib/ids";
import { Artifact } from "../artifacts/schema";

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
  created_by_name: z.string().nullable(),
  /** Those attached to it, oldest first. */
  artifacts: z.array(Artifact),
  created_at: z.string(),
  /** Later than `created_at` where its text was edited. */
  updated_at: z.string(),
});
export type Comment = z.infer<typeof Comment>;

/** Postgres keeps no U+0000 in a text. */
const Text = z
  .string()
  .max(50_000)
  .refine((text) => text.trim() !== "", "must not be empty")
  .refine((text) => !text.includes("\0"), "must not hold the character U+0000");

export const StepRef = z.string().min(1).max(64);

export const CreateCommentInput = z.object({
  run_id: Id,
  text: Text,
  /** The step's id in the definition, or its row's. Absent: on the run itself. */
  step_id: StepRef.optional(),
  /** People write `user`; a token may say `agent`. */
  comment_type: z.enum(["user", "agent"], { error: "must be user, or agent from a token" }).default("user"),
  /** Artifacts of the same run, to be attached to it. */
  artifact_ids: z.array(Id).max(50).default([]),
});
export type CreateCommentInput = z.infer<typeof CreateCommentInput>;

export const ListCommentsInput = z.object({
  run_id: Id,
  /** The comments of one step alone. */
  step_id: StepRef.optional(),
});
export type ListCommentsInput = z.infer<typeof ListCommentsInput>;

export const UpdateCommentInput = z.object({ id: Id, text: Text });
export type UpdateCommentInput = z.infer<typeof UpdateCommentInput>;

export const CommentInput = z.object({ id: Id });
