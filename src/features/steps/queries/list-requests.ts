import { eq } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { agentPermissionRequests } from "../../../db/schema/permissions";
import type { Page } from "../../../lib/page";
import { listRequests } from "../../agents/queries/permission-requests";
import { openStep } from "../../in-run/open-step";
import type { ListRequestsOfStepInput, PermissionRequest } from "../schema";

/** A page of the permission requests of a step's agent, oldest first. Three queries. */
export async function listRequestsOfStep(
  caller: Caller,
  { id, run_id, ...input }: ListRequestsOfStepInput,
): Promise<Page<PermissionRequest>> {
  const { step_row_id } = await openStep(caller, { id, run_id }, "project:read");
  return listRequests(caller, eq(agentPermissionRequests.workflow_run_step_id, step_row_id), input);
}
