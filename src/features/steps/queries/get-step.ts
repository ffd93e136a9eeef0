import { eq } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { workflowComments } from "../../../db/schema/comments";
import { agentPermissionRequests } from "../../../db/schema/permissions";
import { workflowRunSteps } from "../../../db/schema/runs";
import { permissionRequestsPage } from "../../agents/queries/permission-requests";
import { decisionsPage } from "../../approvals/queries/list-decisions";
import { artifactsPage } from "../../artifacts/queries";
import { commentsPage } from "../../comments/queries";
import { openStep } from "../../in-run/open-step";
import type { StepInput } from "../../in-run/schema";
import type { StepDetails } from "../schema";
import { attemptsPage } from "./list-attempts";
import { readStep } from "./steps-where";

/** A step with the first page of each list that belongs to it. Each list has a cursor. */
export async function getStep(caller: Caller, input: StepInput): Promise<StepDetails> {
  const { project_id, step_row_id: id } = await openStep(caller, input, "project:read");
  const { db } = caller;
  const [step, attempts, decisions, requests, comments, artifacts] = await Promise.all([
    readStep(db, id),
    attemptsPage(db, id),
    decisionsPage(db, id),
    permissionRequestsPage(db, eq(agentPermissionRequests.workflow_run_step_id, id)),
    commentsPage(db, eq(workflowComments.workflow_run_step_id, id)),
    artifactsPage(db, eq(workflowRunSteps.id, id)),
  ]);
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
