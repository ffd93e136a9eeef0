import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { PageInput } from "../../lib/page";

/** What names a step: its row, or the definition's id for it beside the run, as events have both. */
export const OfStep = {
  id: z.string().min(1).max(64).describe("The step's row; with `run_id` also its id in the definition."),
  run_id: Id.describe("The run that the step is of, where it goes by its id in the definition.").optional(),
};

export const StepInput = inputOf(OfStep);
export type StepInput = z.infer<typeof StepInput>;

/** Of what belongs to one step. */
export const ListOfStepInput = PageInput.extend(OfStep);
export type ListOfStepInput = z.output<typeof ListOfStepInput>;
