import { STEP_STATUSES } from "../../../engine/states";

/** How many steps are in each status, as an aggregate in SQL over rows of steps that go by this name. */
export const stepCountsOf = (step: string): string =>
  `json_build_object(${STEP_STATUSES.map(
    (status) => `'${status}', count(*) filter (where ${step}.status = '${status}')`,
  ).join(", ")})`;
