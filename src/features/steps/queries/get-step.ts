import { asc, eq, getTableColumns } from "drizzle-orm";
import { authorizeStep, type Caller } from "../../../auth/scope";
import { workflowComments } from "../../../db/schema/comments";
import { agentPermissionRequests } from "../../../db/schema/permissions";
import { workflowDecisions, workflowRunStepAttempts, workflowRunSteps } from "../../../db/schema/runs";
import { AppError } from "../../../lib/errors";
import { permissionRequestsWhere } from "../../agents/queries/permission-requests";
import { artifactsWhere } from "../../artifacts/queries";
import { commentsWithArtifacts } from "../../comments/queries";
import type { StepDetails } from "../schema";
import { stepsWhere } from "./steps-where";

/** The step with every attempt of it, oldest first, its comments and artifacts. Eight queries. */
export async function getStep(caller: Caller, { id }: { id: string }): Promise<StepDetails> {
  const { project_id } = await authorizeStep(caller, id, "project:read");
  const { workflow_run_step_id: _, ...attemptColumns } = getTableColumns(workflowRunStepAttempts);
  const ofStep = eq(workflowRunSteps.id, id);
  const [[step], attempts, decisions, permission_requests, comments, artifacts] = await Promise.all([
    stepsWhere(caller.db, ofStep),
    caller.db
      .select(attemptColumns)
      .from(workflowRunStepAttempts)
      .where(eq(workflowRunStepAttempts.workflow_run_step_id, id))
      .orderBy(asc(workflowRunStepAttempts.number)),
    caller.db
      .select()
      .from(workflowDecisions)
      .where(eq(workflowDecisions.workflow_run_step_id, id))
      .orderBy(asc(workflowDecisions.created_at)),
    permissionRequestsWhere(caller.db, eq(agentPermissionRequests.workflow_run_step_id, id)),
    commentsWithArtifacts(caller.db, eq(workflowComments.workflow_run_step_id, id)),
    artifactsWhere(caller.db, ofStep),
  ]);
  if (!step) throw new AppError("NOT_FOUND", "There is no such step.");
  return { ...step, project_id, attempts, decisions, permission_requests, comments, artifacts };
}
