import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { NextCursor, PageInput } from "../../lib/page";
import { Artifact } from "../artifacts/schema";

const COMMENT_TYPES = ["user", "system", "agent"] as const;

/** Of a quote, in lines and in characters; what is longer is cut. */
export const QUOTE_LINES = 20;
export const QUOTE_LENGTH = 2_000;

const ofLines = {
  line: z.number().int().describe("The line, or the last of several, from 1."),
  start_line: z.number().int().nullable().describe("The first of several lines."),
};
const quote = z.string().describe("Its words, as they were when it was commented on; long ones are cut.");
const artifact_id = z.string().describe("An artifact of the run; it may be gone by now.");
const stepOf = z.string().describe("The step, by its id in the definition.");
const fraction = (of: string) => z.number().describe(`From 0 to 1, as a part of the image's ${of}.`);

/** What a comment is about. */
const Anchor = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("change"),
      path: z.string(),
      side: z.enum(["old", "new"]),
      ...ofLines,
      snapshot: z.string().nullable().describe("The commit with the files that were seen."),
      base: z
        .string()
        .describe("What they were compared with: `old` lines are lines of it. Absent of earlier comments.")
        .optional(),
      quote: quote.optional(),
    }),
    z.object({
      kind: z.literal("plan"),
      step_id: stepOf,
      attempt: z.number().int(),
      entry: z.number().int().describe("Its place in the agent's plan, from 1."),
      quote,
    }),
    z.object({ kind: z.literal("log"), step_id: stepOf, attempt: z.number().int(), ...ofLines, quote }),
    z.object({ kind: z.literal("text"), artifact_id, ...ofLines, quote }),
    z.object({
      kind: z.literal("image"),
      artifact_id,
      x: fraction("width"),
      y: fraction("height"),
      width: fraction("width"),
      height: fraction("height"),
    }),
  ])
  .meta({ id: "CommentAnchor" });

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
    parent_id: z
      .string()
      .nullable()
      .describe("The comment that it answers, the first of its thread; null: it is the first itself."),
    anchor: Anchor.nullable().describe("What in the run it is about; null: the run or the step as a whole."),
    resolved_at: z
      .string()
      .nullable()
      .describe("Since when its thread is resolved; null too of answers and of what has no anchor."),
    resolved_by: z.string().nullable(),
    resolved_by_name: z.string().nullable(),
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

const inLines = {
  line: z.number().int().min(1).max(1_000_000_000).describe("The line, or the last of several, from 1."),
  start_line: z.number().int().min(1).describe("The first of several lines.").nullable().default(null),
};
const isInOrder = ({ line, start_line }: { line: number; start_line: number | null }) =>
  start_line === null || start_line <= line;
const IN_ORDER = { path: ["start_line"], error: "must not be behind line" };
const inStep = {
  step_id: StepRef.describe("The step's id in the definition, or its row's."),
  attempt: z.number().int().min(1).max(1_000_000).describe("Absent: the newest.").optional(),
};
const part = z.number().min(0).max(1);

/** What a new comment is about. The server reads the quote of lines itself. */
const NewAnchor = z.discriminatedUnion("kind", [
  inputOf({ kind: z.literal("log"), ...inStep, ...inLines }).refine(isInOrder, IN_ORDER),
  inputOf({ kind: z.literal("text"), artifact_id: Id, ...inLines }).refine(isInOrder, IN_ORDER),
  inputOf({
    kind: z.literal("image"),
    artifact_id: Id,
    x: part.describe("The region's left edge, as a part of the image's width."),
    y: part.describe("Its upper edge, as a part of the image's height."),
    width: part.min(0.001),
    height: part.min(0.001),
  })
    .refine(({ x, width }) => x + width <= 1.0001, { path: ["width"], error: "must end within the image" })
    .refine(({ y, height }) => y + height <= 1.0001, {
      path: ["height"],
      error: "must end within the image",
    }),
  inputOf({
    kind: z.literal("change"),
    path: z.string().min(1).max(4_096).describe("Of the file after the change, or before it for `old`."),
    side: z.enum(["old", "new"], { error: "must be old or new" }),
    ...inLines,
  }).refine(isInOrder, IN_ORDER),
  inputOf({
    kind: z.literal("plan"),
    ...inStep,
    entry: z.number().int().min(1).max(10_000).describe("Its place in the agent's plan, from 1."),
    quote: z
      .string()
      .trim()
      .min(1)
      .max(QUOTE_LENGTH)
      .refine((text) => !text.includes("\0"), "must not hold the character U+0000")
      .describe("The entry's words as they were read, since the plan changes while the agent works."),
  }),
]);
export type NewAnchor = z.output<typeof NewAnchor>;

export const CreateCommentInput = inputOf({
  run_id: Id,
  text: Text,
  step_id: StepRef.describe(
    "The step's id in the definition, or its row's. Absent: on the run itself.",
  ).optional(),
  parent_id: Id.describe(
    "A comment of the same run that this one answers. An answer to an answer belongs to the same thread.",
  ).optional(),
  anchor: NewAnchor.describe(
    "What in the run it is about, which begins a thread. The step follows from it, and from `parent_id`.",
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
  threads: z
    .enum(["all", "open", "resolved"])
    .describe(
      "Only comments with an anchor and their answers: all of these, or those of open or resolved threads.",
    )
    .optional(),
  order: z.enum(["oldest", "newest"]).default("oldest").describe("Which come first."),
});
export type ListCommentsInput = z.output<typeof ListCommentsInput>;

export const UpdateCommentInput = inputOf({ id: Id, text: Text });
export type UpdateCommentInput = z.infer<typeof UpdateCommentInput>;

export const CommentInput = inputOf({ id: Id });

export const ResolveCommentInput = inputOf({
  id: Id.describe("The first comment of a thread."),
  resolved: z.boolean().default(true).describe("False: the thread is open again."),
});
export type ResolveCommentInput = z.infer<typeof ResolveCommentInput>;
