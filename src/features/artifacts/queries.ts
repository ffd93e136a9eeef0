import { asc, eq, getTableColumns, type SQL } from "drizzle-orm";
import type { Db, Tx } from "../../db/client";
import { workflowArtifacts } from "../../db/schema/comments";
import { workflowRunSteps } from "../../db/schema/runs";

/** The artifacts of a run or of a step, as `where` says (of the step's row), oldest first. */
export function artifactsWhere(db: Db | Tx, where: SQL) {
  return db
    .select(getTableColumns(workflowArtifacts))
    .from(workflowArtifacts)
    .innerJoin(workflowRunSteps, eq(workflowRunSteps.id, workflowArtifacts.workflow_run_step_id))
    .where(where)
    .orderBy(asc(workflowArtifacts.created_at), asc(workflowArtifacts.id));
}
