import { z } from "zod";
import { flag, inputOf } from "../../lib/input";
import { LOG_LEVELS } from "../../lib/log-groups";
import { LOG_STREAMS } from "../../lib/log-lines";
import { pageOf } from "../../lib/page";
import { DEFAULT_LIMIT } from "../../lib/page-size";
import { LOG_TYPES } from "../../model/states";
import { OfStep } from "../in-run/schema";

export const LogOffset = z.coerce
  .number()
  .int()
  .min(0)
  .default(0)
  .describe("Bytes to leave out at the start.");

const Attempt = z.coerce.number().int().min(1).max(1_000_000).describe("Absent: the newest.").optional();

export const StepLogInput = inputOf({
  ...OfStep,
  type: z.enum(LOG_TYPES).default("events"),
  attempt: Attempt,
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

const Events = z.enum(["events"]).describe("Only the log of events has lines.");
const LineNumber = z.coerce.number().int().min(1).max(1_000_000_000);
const Level = z.enum(LOG_LEVELS).nullable().describe("How serious the line says that it is.");

export const LogWindowInput = inputOf({
  ...OfStep,
  type: Events,
  attempt: Attempt,
  line: LineNumber.describe("The first line, counted from 1. Absent: the last `lines` lines.").optional(),
  lines: z.coerce.number().int().min(1).max(2_000).default(500),
  groups: flag(false).describe("Also the groups of the whole log."),
});
export type LogWindowInput = z.infer<typeof LogWindowInput>;

export const LogWindowLine = z.object({
  n: z.number().int().describe("Its number, from 1. It never changes."),
  t: z.string().describe("When it began."),
  stream: z.enum(LOG_STREAMS),
  text: z
    .string()
    .describe("With colour sequences, also those that earlier lines left on; at most 20,000 characters."),
  level: Level,
});
export type LogWindowLine = z.infer<typeof LogWindowLine>;

const LogGroup = z.object({
  line: z.number().int().describe("The line that names it."),
  end: z.number().int().nullable().describe("Its last line; null while it goes on."),
  title: z.string(),
  kind: z.enum(["section", "group"]),
  open: z.boolean().describe("Its author wants it open, or a line in it tells of an error."),
});

/** Some lines of a log. */
export const LogWindow = z
  .object({
    attempt: z.number().int(),
    first_line: z.number().int().describe("The number of the first of these lines, or where it would be."),
    total_lines: z.number().int().describe("Lines of the whole log so far."),
    lines: z.array(LogWindowLine).describe("Where they are long, fewer than were asked for."),
    complete: z.boolean().describe("The log will not grow any more."),
    next_offset: z.number().int().describe("Bytes of the log so far, from which it can be followed."),
    next_place: z
      .string()
      .describe(
        "What a reader of lines has to know at `next_offset`, as JSON: unfinished lines and colours.",
      ),
    groups: z.array(LogGroup).nullable().describe("At most 2,000; null unless asked for."),
  })
  .meta({ id: "LogWindow" });
export type LogWindow = z.infer<typeof LogWindow>;

export const SearchLogInput = inputOf({
  ...OfStep,
  type: Events,
  attempt: Attempt,
  q: z
    .string()
    .min(1)
    .max(1_000)
    .describe("What to find in a line; a text without capitals finds capitals too. Absent: every line.")
    .optional(),
  regex: flag(false).describe("`q` is a regular expression of RE2; `(?i)` at its beginning ignores case."),
  level: z
    .enum(["error", "warning"])
    .describe("Only lines that say that they are errors; `warning`: warnings too.")
    .optional(),
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,9}$/, "is not one that this search gave")
    .describe("The `next_cursor` of the answer before: the line to go on from.")
    .optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(DEFAULT_LIMIT),
});
export type SearchLogInput = z.infer<typeof SearchLogInput>;

export const LogHit = LogWindowLine.omit({ text: true }).extend({
  text: z.string().describe("As it is read, without colours; of a long line what is around the first match."),
  from: z.number().int().describe("Characters of the line before `text`."),
  matches: z
    .array(z.tuple([z.number().int(), z.number().int()]))
    .describe("Beginning and end of each match, in characters of the line; at most 20."),
});
export type LogHit = z.infer<typeof LogHit>;

/** Lines with a match. An answer takes a second at most: it may be empty and still have a cursor. */
export const LogHits = pageOf(LogHit);
