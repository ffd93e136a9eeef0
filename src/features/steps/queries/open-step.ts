import type { Scope } from "../../../auth/roles";
import { authorizeRun, authorizeStep, type Caller, type RunScope } from "../../../auth/scope";
import type { StepInput } from "../schema";
import { getStepRow } from "./get-step-row";

/** A scope that came through a step of the run. */
export interface StepScope extends RunScope {
  /** The step's row. */
  readonly step_row_id: string;
}

/**
 * The gate of a step that goes by its row, or by its run and the definition's id. Throws NOT_FOUND or FORBIDDEN. One
 * query, two with a run.
 */
export async function openStep(caller: Caller, { id, run_id }: StepInput, scope: Scope): Promise<StepScope> {
  if (run_id === undefined) return { ...(await authorizeStep(caller, id, scope)), step_row_id: id };
  const run = await authorizeRun(caller, run_id, scope);
  const step = await getStepRow(caller.db, run_id, id);
  return { ...run, step_row_id: step.id };
}
