import { authorizeRun, authorizeStep, type Caller, type RunScope } from "../../auth/scope";
import type { Scope } from "../../model/roles";
import { getStepRow } from "./get-step-row";
import type { StepInput } from "./schema";

/**
 * Checks the right `scope` for a step, named by its row, or by its run and its id in the definition. Throws
 * NOT_FOUND or FORBIDDEN. One query, two with a run.
 */
export async function openStep(
  caller: Caller,
  { id, run_id }: StepInput,
  scope: Scope,
): Promise<RunScope & { step_row_id: string }> {
  if (run_id === undefined) return { ...(await authorizeStep(caller, id, scope)), step_row_id: id };
  const run = await authorizeRun(caller, run_id, scope);
  const step = await getStepRow(caller.db, run_id, id);
  return { ...run, step_row_id: step.id };
}
