import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { PageInput } from "../../lib/page";
import { ERROR_KINDS } from "../../model/error-line";

/** How a step is named: by its row's id, or by its run and its id in the definition, as in events. */
export const OfStep = {
  id: z.string().min(1).max(64).describe("The step's row; with `run_id` also its id in the definition."),
  run_id: Id.describe("The run that the step is of, where it goes by its id in the definition.").optional(),
};

export const StepInput = inputOf(OfStep);
export type StepInput = z.infer<typeof StepInput>;

/** Input of a list that belongs to one step. */
export const ListOfStepInput = PageInput.extend(OfStep);
export type ListOfStepInput = z.output<typeof ListOfStepInput>;

const errorLine = {
  message: z.string(),
  file: z.string().nullable().describe("The file that it names, as it names it."),
  line: z.number().int().nullable().describe("Line of that file."),
  log_line: z
    .number()
    .int()
    .nullable()
    .describe("Line of the attempt's log, from 1; null where only a report among the artifacts has it."),
  kind: z
    .enum(ERROR_KINDS)
    .describe(
      "`annotation`: a command `::error::`; `test`: a test that failed; `compiler`: a fault that a compiler or linter found; `report`: a test that failed in a JUnit or TAP report; `exception`: an error that nothing caught; `message`: a line that calls itself an error; `output`: the last line, where nothing else says it.",
    ),
};
export const ErrorLine = z.object(errorLine).meta({ id: "ErrorLine" });

export const RunError = z
  .object({
    step_id: z.string(),
    row_id: z.string().describe("The row of that step."),
    ...errorLine,
  })
  .meta({ id: "RunError" });

/** What agents used, as far as they tell. */
export const Spent = {
  tokens: z.number().int().nullable().describe("Tokens of its agents; null where none tells."),
  cost: z.number().nullable().describe("Cost of its agents; null where none tells."),
  currency: z.string().nullable().describe("Of `cost`, such as `USD`."),
};

export const Budget = inputOf({
  tokens: z.number().int().min(1).max(1e12).optional(),
  cost: z.number().positive().max(1e9).describe("In the agents' own currency.").optional(),
  time_ms: z
    .number()
    .int()
    .min(1_000)
    .max(30 * 86_400_000)
    .describe("At work, in milliseconds.")
    .optional(),
}).meta({ id: "Budget" });

export const OverBudget = z
  .object({
    kind: z.enum(["tokens", "cost", "time"]),
    used: z.number().describe("As of the pause; of `time` in milliseconds."),
    limit: z.number(),
    currency: z.string().nullable(),
    row_id: z.string().describe("The row of the step that was at work, or was to begin."),
    step_id: z.string(),
  })
  .meta({ id: "OverBudget" });
