import { and, eq } from "drizzle-orm";
import { authorizeAgentSession, type Caller } from "../../../auth/scope";
import { agentPermissionRequests } from "../../../db/schema/permissions";
import type { Page } from "../../../lib/page";
import type { ListRequestsInput, PermissionRequest } from "../schema";
import { permissionRequestsPage } from "./permission-requests";

/** A page of the permission requests of a session, oldest first. Three queries. */
export async function listRequestsOfSession(
  caller: Caller,
  { id, ...input }: ListRequestsInput,
): Promise<Page<PermissionRequest>> {
  await authorizeAgentSession(caller, id, "project:read");
  return listRequests(caller, eq(agentPermissionRequests.agent_session_id, id), input);
}

/** A page of the permission requests of the owner that `owner` names. Checks no rights. Two queries. */
export function listRequests(
  { db }: Caller,
  owner: ReturnType<typeof eq>,
  { status, ...page }: Omit<ListRequestsInput, "id">,
): Promise<Page<PermissionRequest>> {
  const wanted = status === undefined ? undefined : eq(agentPermissionRequests.status, status);
  return permissionRequestsPage(db, and(owner, wanted), page);
}
