import { getTableColumns, sql } from "drizzle-orm";
import { outputColumns, shownError } from "../../../db/bounded";
import { workflowRuns } from "../../../db/schema/runs";

const {
  epoch: _epoch,
  claimed_by: _claimed,
  write_floor: _floor,
  ...columns
} = getTableColumns(workflowRuns);

/** A run's row as people see it. */
export const RUN_COLUMNS = {
  ...columns,
  ...outputColumns(workflowRuns, sql`'/api/workflow-executions/' || ${workflowRuns.id} || '/output'`),
  error_message: shownError(workflowRuns.error_message),
};
