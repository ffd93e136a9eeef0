import { asc, eq, getTableColumns, type SQL } from "drizzle-orm";
import type { Db } from "../../../db/client";
import { agentSessions } from "../../../db/schema/agents";
import { workflowRunSteps } from "../../../db/schema/runs";

/** The steps that `where` says, in order, each with the session of its agent. */
export function stepsWhere(db: Db, where: SQL) {
  return db
    .select({ ...getTableColumns(workflowRunSteps), agent_session: getTableColumns(agentSessions) })
    .from(workflowRunSteps)
    .leftJoin(agentSessions, eq(agentSessions.id, workflowRunSteps.agent_session_id))
    .where(where)
    .orderBy(asc(workflowRunSteps.position));
}
