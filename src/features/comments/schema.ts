import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { NextCursor, PageInput } from "../../lib/page";
import { Artifact } from "../artifacts/schema";

const COMMENT_TYPES = ["user", "system", "agent"] as const;

export const Comment = z
  .object({
    id: z.string(),
    workflow_run_id: z.string(),
    workflow_run_step_id: z.string().nullable().describe("The step's row; null: on the run itself."),
    text: z.string().describe("Markdown. `<@ID>` names a person, who finds it in their inbox."),
    mentions: z
      .array(z.object({ id: z.string(), name: z.string() }))
      .describe("Whom its text names, with the names that they have now."),
    comment_type: z.enum(COMMENT_TYPES),
    created_by: z.string().nullable().describe("Null where the system wrote it."),
    created_by_name: z.string().nullable(),
    creator: z
      .object({ id: z.string(), name: z.string() })
      .nullable()
      .describe("Who wrote it, as `created_by` and `created_by_name` say."),
    review_id: z.string().nullable().describe("The review that it was sent with."),
    anchor: z
      .discriminatedUnion("kind", [
        z.object({
          kind: z.literal("change"),
          path: z.string(),
          side: z.enum(["old", "new"]),
          line: z.number().int().describe("The line, or the last of several."),
          start_line: z.number().int().nullable().describe("The first of several lines."),
          snapshot: z.string().nullable().describe("The commit with the files that were seen."),
          base: z
            .string()
            .describe(
              "What they were compared with: `old` lines are lines of it. Absent of earlier comments.",
            )
            .optional(),
        }),
        z.object({
          kind: z.literal("plan"),
          step_id: z.string().describe("The agent's step, by its id in the definition."),
          attempt: z.number().int(),
          entry: z.number().int().describe("Its place in the agent's plan, from 1."),
          quote: z.string().describe("The entry's words, as they were read."),
        }),
      ])
      .nullable()
      .describe("The changed lines, or the entry of an agent's plan, that it is about; null: neither."),
    artifacts: z.array(Artifact).describe("Those attached to it, oldest first."),
    artifacts_next_cursor: NextCursor.describe(
      "Where the list of the run's artifacts goes on with those of this comment; null: these are all.",
    ),
    created_at: z.string(),
    updated_at: z.string().describe("Later than `created_at` where its text was edited."),
  })
  .meta({ id: "Comment" });
export type Comment = z.infer<typeof Comment>;

/** Postgres cannot store U+0000 in a text. */
const Text = z
  .string()
  .max(50_000)
  .refine((text) => text.trim() !== "", "must not be empty")
  .refine((text) => !text.includes("\0"), "must not hold the character U+0000");

export const StepRef = z.string().min(1).max(64);

export const CreateCommentInput = inputOf({
  run_id: Id,
  text: Text,
  step_id: StepRef.describe(
    "The step's id in the definition, or its row's. Absent: on the run itself.",
  ).optional(),
  comment_type: z
    .enum(["user", "agent"], { error: "must be user, or agent from a token" })
    .default("user")
    .describe("People write `user`; a token may say `agent`."),
  artifact_ids: z.array(Id).max(50).default([]).describe("Artifacts of the same run, to be attached to it."),
});
export type CreateCommentInput = z.infer<typeof CreateCommentInput>;

export const ListCommentsInput = PageInput.extend({
  run_id: Id,
  step_id: StepRef.describe("The comments of one step alone.").optional(),
  order: z.enum(["oldest", "newest"]).default("oldest").describe("Which come first."),
});
export type ListCommentsInput = z.output<typeof ListCommentsInput>;

export const UpdateCommentInput = inputOf({ id: Id, text: Text });
export type UpdateCommentInput = z.infer<typeof UpdateCommentInput>;

export const CommentInput = inputOf({ id: Id });
