import { asc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import type { Db } from "../../../db/client";
import { agentSessions } from "../../../db/schema/agents";
import { workflowRunSteps } from "../../../db/schema/runs";
import type { WaitingFor } from "../../../engine/states";

/**
 * What a step waits for, as SQL over a row of `workflow_run_steps` that goes by this name: its own wait, or what
 * its agent asks.
 */
export const waitingForOf = (step: string) =>
  `case when ${step}.status = 'running' and exists (
     select 1 from agent_permission_requests asked
     where asked.workflow_run_step_id = ${step}.id and asked.status = 'pending'
   ) then 'permission' else ${step}.waiting_for end`;

/** The steps that `where` says, in order, each with the session of its agent. */
export function stepsWhere(db: Db, where: SQL) {
  return db
    .select({
      ...getTableColumns(workflowRunSteps),
      waiting_for: sql<WaitingFor | null>`${sql.raw(waitingForOf("workflow_run_steps"))}`,
      agent_session: getTableColumns(agentSessions),
    })
    .from(workflowRunSteps)
    .leftJoin(agentSessions, eq(agentSessions.id, workflowRunSteps.agent_session_id))
    .where(where)
    .orderBy(asc(workflowRunSteps.position));
}
