import { z } from "zod";
import { inputOf } from "../../lib/input";
import { DECISIONS } from "../../model/states";
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
});

/** A decision on an approval: who, what and when. */
export const StepDecision = z
  .object({
    attempt: z.number().int().describe("Number of the attempt that asked."),
    user_id: z.string().nullable(),
    user_name: z.string(),
    decision: z.enum(DECISIONS),
    note: z.string().nullable(),
    answer: z.unknown(),
    created_at: z.string(),
  })
  .meta({ id: "StepDecision" });
export type StepDecision = z.infer<typeof StepDecision>;

export const DecideInput = inputOf({
  ...OfStep,
  decision: z.enum(DECISIONS, { error: "must be approve or reject" }),
  note: z
    .string()
    .trim()
    .max(2_000)
    .refine((text) => !text.includes("\0"), "must not hold the character U+0000")
    .optional(),
  answer: z.record(z.string(), z.unknown()).optional().describe("To the request's form, with an approval."),
});
export type DecideInput = z.infer<typeof DecideInput>;
