import { authorizeRun, type Caller } from "../../../auth/scope";
import type { Page } from "../../../lib/page";
import type { ListStepsInput, StepWithSession } from "../schema";
import { stepsPage } from "./steps-where";

/** A page of a run's steps in order. Three queries. */
export async function listSteps(
  caller: Caller,
  { run_id, ...page }: ListStepsInput,
): Promise<Page<StepWithSession>> {
  await authorizeRun(caller, run_id, "project:read");
  return stepsPage(caller.db, run_id, page);
}
