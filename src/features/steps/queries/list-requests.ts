import { eq } from "drizzle-orm";
import { authorizeStep, type Caller } from "../../../auth/scope";
import { agentPermissionRequests } from "../../../db/schema/permissions";
import type { Page } from "../../../lib/page";
import { listRequests } from "../../agents/queries/list-permission-requests";
import type { ListRequestsInput, PermissionRequest } from "../schema";

/** A page of what the agent of a step (its row's id) asked leave for, oldest first. Three queries. */
export async function listRequestsOfStep(
  caller: Caller,
  { id, ...input }: ListRequestsInput,
): Promise<Page<PermissionRequest>> {
  await authorizeStep(caller, id, "project:read");
  return listRequests(caller, eq(agentPermissionRequests.workflow_run_step_id, id), input);
}
