import { eq } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { agentPermissionRequests } from "../../../db/schema/permissions";
import type { Page } from "../../../lib/page";
import { listRequests } from "../../agents/queries/list-permission-requests";
import type { ListRequestsOfStepInput, PermissionRequest } from "../schema";
import { openStep } from "./open-step";

/** A page of what the agent of a step (its row's id) asked leave for, oldest first. Three queries. */
export async function listRequestsOfStep(
  caller: Caller,
  { id, run_id, ...input }: ListRequestsOfStepInput,
): Promise<Page<PermissionRequest>> {
  const { step_row_id } = await openStep(caller, { id, run_id }, "project:read");
  return listRequests(caller, eq(agentPermissionRequests.workflow_run_step_id, step_row_id), input);
}
