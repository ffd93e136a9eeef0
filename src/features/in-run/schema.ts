import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { PageInput } from "../../lib/page";

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
