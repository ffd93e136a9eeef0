import { eq } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { workflowComments } from "../../../db/schema/comments";
import { agentPermissionRequests } from "../../../db/schema/permissions";
import { workflowRunSteps } from "../../../db/schema/runs";
import { AppError } from "../../../lib/errors";
import { permissionRequestsPage } from "../../agents/queries/permission-requests";
import { artifactsPage } from "../../artifacts/queries";
import { commentsPage } from "../../comments/queries";
import type { StepDetails, StepInput } from "../schema";
import { attemptsPage } from "./list-attempts";
import { decisionsPage } from "./list-decisions";
import { openStep } from "./open-step";
import { stepsWhere } from "./steps-where";

/** A step with the first page of each list that belongs to it. Each list has a cursor. */
export async function getStep(caller: Caller, input: StepInput): Promise<StepDetails> {
  const { project_id, step_row_id: id } = await openStep(caller, input, "project:read");
  const { db } = caller;
  const [[step], attempts, decisions, requests, comments, artifacts] = await Promise.all([
    stepsWhere(db, eq(workflowRunSteps.id, id)),
    attemptsPage(db, id),
    decisionsPage(db, id),
    permissionRequestsPage(db, eq(agentPermissionRequests.workflow_run_step_id, id)),
    commentsPage(db, eq(workflowComments.workflow_run_step_id, id)),
    artifactsPage(db, eq(workflowRunSteps.id, id)),
  ]);
  if (!step) throw new AppError("NOT_FOUND", "There is no such step.");
  return {
    ...step,
    project_id,
    attempts: attempts.items,
    attempts_next_cursor: attempts.next_cursor,
    decisions: decisions.items,
    decisions_next_cursor: decisions.next_cursor,
    permission_requests: requests.items,
    permission_requests_next_cursor: requests.next_cursor,
    comments: comments.items,
    comments_next_cursor: comments.next_cursor,
    artifacts: artifacts.items,
    artifacts_next_cursor: artifacts.next_cursor,
  };
}
