import { eq } from "drizzle-orm";
import { authorizeAgentSession, type Caller } from "../../../auth/scope";
import { agentSessions } from "../../../db/schema/agents";
import { agentPermissionRequests } from "../../../db/schema/permissions";
import { AppError } from "../../../lib/errors";
import type { AgentSessionDetails } from "../schema";
import { permissionRequestsPage } from "./permission-requests";
import { sessionStepsPage } from "./session-steps";

/** An agent session with the first page of its steps and permission requests, each with its cursor. */
export async function getAgentSession(caller: Caller, { id }: { id: string }): Promise<AgentSessionDetails> {
  await authorizeAgentSession(caller, id, "project:read");
  const { db } = caller;
  const [[session], steps, requests] = await Promise.all([
    db.select().from(agentSessions).where(eq(agentSessions.id, id)),
    sessionStepsPage(db, id),
    permissionRequestsPage(db, eq(agentPermissionRequests.agent_session_id, id)),
  ]);
  if (!session) throw new AppError("NOT_FOUND", "There is no such agent session.");
  return {
    ...session,
    steps: steps.items,
    steps_next_cursor: steps.next_cursor,
    permission_requests: requests.items,
    permission_requests_next_cursor: requests.next_cursor,
  };
}
