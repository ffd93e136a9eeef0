import { z } from "zod";
import { inputOf } from "../../lib/input";
import { LOG_TYPES } from "../../model/states";
import { OfStep } from "../in-run/schema";

export const LogOffset = z.coerce
  .number()
  .int()
  .min(0)
  .default(0)
  .describe("Bytes to leave out at the start.");

export const StepLogInput = inputOf({
  ...OfStep,
  type: z.enum(LOG_TYPES).default("events"),
  attempt: z.coerce.number().int().min(1).max(1_000_000).describe("Absent: the newest.").optional(),
  offset: LogOffset,
});
export type StepLogInput = z.infer<typeof StepLogInput>;

/** A piece of a log: whole lines of text, and the byte offset at which the next piece starts. */
export const LogPiece = z.object({
  attempt: z.number().int(),
  text: z.string(),
  next_offset: z.number().int(),
  done: z.boolean().describe("True on the last piece: the attempt has ended and nothing more comes."),
});
export type LogPiece = z.infer<typeof LogPiece>;
