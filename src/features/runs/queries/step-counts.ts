import { STEP_STATUSES } from "../../../model/states";

/** SQL aggregate of the number of steps in each status, over rows with the alias `step`. */
export const stepCountsOf = (step: string): string =>
  `json_build_object(${STEP_STATUSES.map(
    (status) => `'${status}', count(*) filter (where ${step}.status = '${status}')`,
  ).join(", ")})`;
