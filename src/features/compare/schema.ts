import { z } from "zod";
import { CHANGE_STATUSES } from "../../git/diff/raw-diff";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { LOG_LEVELS } from "../../lib/log-groups";
import { STEP_KINDS, STEP_STATUSES } from "../../model/states";
import { ChangeCounts } from "../changes/schema";
import { OfStep } from "../in-run/schema";
import { MAX_COMPARED } from "../runs/limits";
import { Run } from "../runs/schema";

const RunRef = z
  .string()
  .regex(/^(?:#?\d{1,9}|[a-z][a-z0-9]{7,31})$/, "is neither a run's number nor its id");

export const CompareRunsInput = inputOf({
  project_id: Id,
  runs: z
    .string()
    .max(1_000)
    .describe(
      `Numbers (\`12\`) or ids of the project's runs, at most ${MAX_COMPARED}, separated by commas. The first is what the others are compared with.`,
    )
    .transform((text) => [
      ...new Set(
        text
          .split(",")
          .map((ref) => ref.trim().replace(/^#/, ""))
          .filter(Boolean),
      ),
    ])
    .pipe(
      z.array(RunRef).min(1, "must name a run").max(MAX_COMPARED, `can name ${MAX_COMPARED} runs at most`),
    ),
});
export type CompareRunsInput = z.output<typeof CompareRunsInput>;

const Failure = z.object({
  message: z.string().describe("At most 300 characters."),
  log_line: z.number().int().nullable().describe("Line of the newest attempt's log."),
});

const output = {
  output: z.unknown().describe("Null also where it is left out: of more than 4 KB, or past 1 MB in all."),
  output_bytes: z.number().int().nullable().describe("Its size as JSON; null where there is none."),
  output_digest: z
    .string()
    .nullable()
    .describe(
      "Of its JSON: the same where outputs are equal. Null where there is none, and past 32 MB in all.",
    ),
};

const ComparedRun = Run.pick({
  id: true,
  number: true,
  name: true,
  status: true,
  workflow_definition_id: true,
  revision: true,
  trigger: true,
  priority: true,
  labels: true,
  error_message: true,
  changes: true,
  tokens: true,
  cost: true,
  currency: true,
  args_bytes: true,
  created_at: true,
  started_at: true,
})
  .extend({
    definition_name: z.string(),
    definition_slug: z.string(),
    user_name: z.string(),
    base: z.string().nullable().describe("The branch, tag or commit that it was to begin from."),
    base_commit: z.string().nullable().describe("The commit that it began from."),
    args: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe("Null where they have more than 64 KB: `runs.get` has them."),
    ...output,
    first_error: z.string().nullable().describe("The line that says most about why it failed."),
    ended_at: z.string().nullable(),
    worked_ms: z
      .number()
      .int()
      .nullable()
      .describe("From its start, without waits and pauses, so far; null before the start."),
    waited_ms: z.number().int().describe("Its waits for people and time, and its pauses, so far."),
    steps_count: z.number().int(),
  })
  .meta({ id: "ComparedRun" });
export type ComparedRun = z.infer<typeof ComparedRun>;

const ComparedStep = z
  .object({
    id: z.string().describe("The step's row."),
    status: z.enum(STEP_STATUSES),
    attempt: z.number().int(),
    continue_on_error: z.boolean(),
    took_ms: z
      .number()
      .int()
      .nullable()
      .describe("Of its newest attempt, so far; null before it has begun, and where it was passed over."),
    ...output,
    failures: z.array(Failure).describe("The lines that say why it failed, at most 3."),
    tokens: z.number().int().nullable(),
    cost: z.number().nullable(),
  })
  .meta({ id: "ComparedStep" });
export type ComparedStep = z.infer<typeof ComparedStep>;

const ComparedArtifact = z.object({
  id: z.string(),
  size_bytes: z.number().int(),
  sha256: z.string().describe("Of its content: the same where files are equal."),
  removed: z.boolean().describe("Its file is gone by retention."),
});

/** One for each run, in their order. */
const inEach = <T extends z.ZodType>(of: T) =>
  z.array(of.nullable()).describe("One for each run, in the order of `runs`; null where it has none.");
const leftOut = (what: string) =>
  z.number().int().describe(`${what} that are left out: what all runs have together is limited to 5,000.`);

/** Several runs side by side. */
export const Comparison = z
  .object({
    runs: z.array(ComparedRun).describe("In the order in which they were named."),
    steps: z
      .array(
        z.object({
          step_id: z.string(),
          name: z.string(),
          kind: z.enum(STEP_KINDS),
          phase: z.string(),
          of: inEach(ComparedStep),
        }),
      )
      .describe("Aligned by their ids in the definition, in the order of the first run that has them."),
    steps_left_out: leftOut("Steps"),
    artifacts: z
      .array(z.object({ step_id: z.string(), name: z.string(), of: inEach(ComparedArtifact) }))
      .describe("Aligned by step and name; of several of one name the newest."),
    artifacts_left_out: leftOut("Artifacts"),
  })
  .meta({ id: "RunComparison" });
export type Comparison = z.infer<typeof Comparison>;

export const ComparedChanges = z
  .object({
    files: z
      .array(
        z.object({
          path: z.string(),
          of: inEach(
            z.object({
              status: z.enum(CHANGE_STATUSES),
              additions: z.number().int().nullable().describe("Null of a binary file."),
              deletions: z.number().int().nullable(),
              content_id: z
                .string()
                .nullable()
                .describe(
                  "Git's id of what it left: the same where contents are equal. Null where it is deleted.",
                ),
            }),
          ),
        }),
      )
      .describe("In the order of their names."),
    files_left_out: leftOut("Files"),
    runs: z.array(
      z.object({
        id: z.string(),
        counts: ChangeCounts.nullable(),
        note: z.string().nullable().describe("Why its changes are not known."),
      }),
    ),
  })
  .meta({ id: "ComparedChanges" });
export type ComparedChanges = z.infer<typeof ComparedChanges>;

export const LastGoodRun = z
  .object({
    run: z
      .object({ id: z.string(), number: z.number().int(), name: z.string() })
      .nullable()
      .describe("Null where none of its definition was completed before it."),
  })
  .meta({ id: "LastGoodRun" });
export type LastGoodRun = z.infer<typeof LastGoodRun>;

/** Lines of each log that are compared. */
export const COMPARED_LINES = 1_000;

export const CompareLogsInput = inputOf({
  ...OfStep,
  type: z.enum(["events"]).describe("Only the log of events has lines."),
  with: Id.describe("The row of the step whose log it is compared with, of the same project."),
  part: z
    .enum(["auto", "start", "error", "end"])
    .default("auto")
    .describe(
      `Which ${COMPARED_LINES.toLocaleString("en")} lines of longer logs: the first, those around the first line that says why one of the steps failed, or the last. \`auto\`: around it where there is one, else the last.`,
    ),
});
export type CompareLogsInput = z.output<typeof CompareLogsInput>;

const LogSide = z.object({
  run_id: z.string(),
  attempt: z.number().int().describe("0 before the first."),
  first_line: z.number().int().describe("Of those that are compared."),
  last_line: z.number().int().describe("Before the first one where there are none."),
  total_lines: z.number().int(),
  complete: z.boolean().describe("The log will not grow any more."),
});

const ComparedLine = z.object({
  n: z.number().int().describe("Its number in the log, from 1."),
  text: z.string().describe("Without colours, at most 1,000 characters."),
  level: z.enum(LOG_LEVELS).nullable(),
});

/** Lines of two logs, side by side. */
export const ComparedLogs = z
  .object({
    left: LogSide,
    right: LogSide,
    part: z.enum(["all", "start", "error", "end"]),
    aligned: z
      .boolean()
      .describe("False where they have so little in common that they stand side by side line by line."),
    rows: z.array(
      z.object({
        same: z.boolean().describe("Apart from times, durations, ids and numbers in hex."),
        left: ComparedLine.nullable().describe("Null: only the other log has the line."),
        right: ComparedLine.nullable(),
      }),
    ),
  })
  .meta({ id: "ComparedLogs" });
export type ComparedLogs = z.infer<typeof ComparedLogs>;
