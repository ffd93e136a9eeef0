import { desc, eq } from "drizzle-orm";
import { authorizeAgentSession, type Caller } from "../../../auth/scope";
import { agentSessions } from "../../../db/schema/agents";
import { agentPermissionRequests } from "../../../db/schema/permissions";
import { workflowRunSteps, workflowRuns } from "../../../db/schema/runs";
import { AppError } from "../../../lib/errors";
import type { AgentSessionDetails } from "../schema";
import { permissionRequestsWhere } from "./permission-requests";

/** The session of an agent, with the steps it worked for and what it asked leave for. Four queries. */
export async function getAgentSession(caller: Caller, { id }: { id: string }): Promise<AgentSessionDetails> {
  await authorizeAgentSession(caller, id, "project:read");
  const [[session], steps, permission_requests] = await Promise.all([
    caller.db.select().from(agentSessions).where(eq(agentSessions.id, id)),
    caller.db
      .select({
        id: workflowRunSteps.id,
        step_id: workflowRunSteps.step_id,
        name: workflowRunSteps.name,
        status: workflowRunSteps.status,
        workflow_run_id: workflowRuns.id,
        run_name: workflowRuns.name,
      })
      .from(workflowRunSteps)
      .innerJoin(workflowRuns, eq(workflowRuns.id, workflowRunSteps.workflow_run_id))
      .where(eq(workflowRunSteps.agent_session_id, id))
      .orderBy(desc(workflowRuns.created_at), desc(workflowRunSteps.position)),
    permissionRequestsWhere(caller.db, eq(agentPermissionRequests.agent_session_id, id)),
  ]);
  if (!session) throw new AppError("NOT_FOUND", "There is no such agent session.");
  return { ...session, steps, permission_requests };
}
