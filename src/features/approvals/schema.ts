import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { PageInput } from "../../lib/page";
import { DECISIONS, REVIEW_DECISIONS } from "../../model/states";
import { OfStep } from "../in-run/schema";

export const ApprovalRequest = z.object({
  prompt: z.string().describe("Markdown."),
  approvers: z.object({
    role: z.enum(["member", "maintainer", "owner"]),
    count: z.number().int(),
    allow_self: z.boolean().describe("Whether who started the run may decide."),
  }),
  form: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe("JSON Schema of what an approval has to answer; null: nothing."),
  changes: z
    .object({
      rework: z.string().nullable().describe("The step that the run goes back to; null: its code decides."),
      rounds: z.number().int().describe("How often changes may be requested."),
    })
    .describe("Absent: no changes can be requested.")
    .optional(),
});

/** What the first step of a run that needs somebody asks, for lists. */
export const Ask = z
  .object({
    id: z.string().describe("The step's row."),
    attempt: z.number().int(),
    started_at: z.string().nullable(),
    is_large: z.boolean().describe("The request has more than 4 KB: then the step gives it."),
    request: ApprovalRequest.nullable().describe("Of an approval."),
    decisions: z.array(
      z.object({
        attempt: z.number().int(),
        user_id: z.string().nullable(),
        decision: z.enum(DECISIONS),
        snapshot: z.string().nullable(),
      }),
    ),
    permissions: z
      .array(
        z.object({
          id: z.string(),
          created_at: z.string(),
          title: z.string(),
          options: z.array(z.object({ option_id: z.string(), name: z.string(), kind: z.string() })),
        }),
      )
      .describe("The first that wait for an answer; at most 3."),
    permissions_count: z.number().int(),
  })
  .meta({ id: "Ask" });
export type Ask = z.infer<typeof Ask>;

/** A decision on an approval: who, what and when. */
export const StepDecision = z
  .object({
    attempt: z.number().int().describe("Number of the attempt that asked."),
    user_id: z.string().nullable(),
    user_name: z.string(),
    decision: z.enum(DECISIONS),
    note: z.string().nullable(),
    answer: z.unknown(),
    snapshot: z.string().nullable().describe("The commit with the files that it holds for."),
    created_at: z.string(),
  })
  .meta({ id: "StepDecision" });
export type StepDecision = z.infer<typeof StepDecision>;

const said = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((text) => !text.includes("\0"), "must not hold the character U+0000");

const snapshot = z
  .string()
  .max(64)
  .nullable()
  .describe(
    "The commit with the files that were seen, as the run's `snapshot` says. 409 where they have changed since. Absent: as they are now.",
  )
  .optional();
const answer = z
  .record(z.string(), z.unknown())
  .optional()
  .describe("To the request's form, with an approval.");

export const DecideInput = inputOf({
  ...OfStep,
  decision: z.enum(DECISIONS, { error: "must be approve, reject or request_changes" }),
  note: said(2_000).optional(),
  answer,
  snapshot,
});
export type DecideInput = z.infer<typeof DecideInput>;

/** The entry of an agent's plan that something is said of. */
const PlanEntry = inputOf({
  step_id: z.string().min(1).max(64).describe("The agent's step, by its id in the definition or its row's."),
  attempt: z.number().int().min(1).describe("Absent: the newest.").optional(),
  entry: z.number().int().min(1).max(10_000).describe("Its place in the plan, from 1."),
  quote: said(2_000)
    .refine((text) => text !== "", "must not be empty")
    .describe("Its words as they were read, since the plan changes while the agent works."),
});

/** Said of lines of a changed file, or of an entry of an agent's plan. */
const ReviewComment = inputOf({
  path: z
    .string()
    .min(1)
    .max(4_096)
    .describe("Of the file after the change, or before it for `old`. With `side` and `line`.")
    .optional(),
  side: z.enum(["old", "new"], { error: "must be old or new" }).optional(),
  line: z.number().int().min(1).describe("The line, or the last of several.").optional(),
  start_line: z.number().int().min(1).describe("The first of several lines.").nullable().default(null),
  plan: PlanEntry.describe("In place of `path`, `side` and `line`.").optional(),
  text: said(20_000).refine((text) => text !== "", "must not be empty"),
}).superRefine(({ path, side, line, start_line, plan }, { addIssue }) => {
  const fault = (field: string, message: string) => addIssue({ code: "custom", path: [field], message });
  const given = { path, side, line };
  for (const [field, value] of Object.entries(given)) {
    if (plan && value !== undefined) fault(field, "must be absent where plan is given");
    if (!plan && value === undefined) fault(field, "is required, or plan");
  }
  if (plan && start_line !== null) fault("start_line", "must be absent where plan is given");
  if (line !== undefined && start_line !== null && start_line > line)
    fault("start_line", "must not be behind line");
});

export const SubmitReviewInput = inputOf({
  run_id: Id,
  step_id: z
    .string()
    .min(1)
    .max(64)
    .describe("The approval, by its id in the definition or its row's. Absent: the one that waits.")
    .optional(),
  decision: z.enum(REVIEW_DECISIONS, { error: "must be comment, approve, reject or request_changes" }),
  text: said(20_000).optional(),
  answer,
  snapshot,
  comments: z.array(ReviewComment).max(200).default([]),
});
export type SubmitReviewInput = z.infer<typeof SubmitReviewInput>;

/** What somebody said of a run's work. */
export const Review = z
  .object({
    id: z.string(),
    workflow_run_id: z.string(),
    workflow_run_step_id: z.string().nullable().describe("The approval's row; null: it decided nothing."),
    attempt: z.number().int().nullable(),
    user_id: z.string().nullable(),
    user_name: z.string(),
    decision: z.enum(REVIEW_DECISIONS),
    text: z.string().nullable(),
    snapshot: z.string().nullable().describe("The commit with the files that were seen."),
    created_at: z.string(),
    comments_count: z
      .number()
      .int()
      .describe(
        "Its comments on lines and plans are among the run's comments, with its id as their `review_id`.",
      ),
  })
  .meta({ id: "Review" });
export type Review = z.infer<typeof Review>;

/** Where the lines of a comment stand in what is shown. */
export const CommentLines = z
  .object({
    comment_id: z.string(),
    path: z.string(),
    side: z.enum(["old", "new"]),
    line: z
      .number()
      .int()
      .nullable()
      .describe("The line, or the last of several; null: it is gone, or was changed."),
    start_line: z.number().int().nullable(),
    quote: z
      .string()
      .nullable()
      .describe("The words of lines that are gone; null too where these are not kept any more."),
  })
  .meta({ id: "CommentLines" });
export type CommentLines = z.infer<typeof CommentLines>;

export const ListLinesInput = PageInput.extend({
  run_id: Id,
  step_id: z
    .string()
    .min(1)
    .max(64)
    .describe("In the changes of this step, as `changes` has them. Absent: in those of the whole run.")
    .optional(),
});
export type ListLinesInput = z.output<typeof ListLinesInput>;

export const ListReviewsInput = PageInput.extend({ run_id: Id });
export type ListReviewsInput = z.output<typeof ListReviewsInput>;
