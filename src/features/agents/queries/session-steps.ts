import { desc, eq, sql } from "drizzle-orm";
import { authorizeAgentSession, type Caller } from "../../../auth/scope";
import { textBytes } from "../../../db/bounded";
import type { ReadDb } from "../../../db/client";
import { isOneOf, readPage } from "../../../db/read-page";
import { workflowRunSteps, workflowRuns } from "../../../db/schema/runs";
import type { Page, PageInput } from "../../../lib/page";
import { DEFAULT_LIMIT } from "../../../lib/page-size";
import type { AgentSessionStep, ListOfSessionInput } from "../schema";

/** Estimated bytes of a step in JSON, apart from its names. */
const REST_BYTES = 400;

/** A page of the steps that used a session, newest first. Two queries. */
export async function sessionStepsPage(
  db: ReadDb,
  session_id: string,
  input: PageInput = { limit: DEFAULT_LIMIT },
): Promise<Page<AgentSessionStep>> {
  const { id, step_id, name, status, position, workflow_run_id } = workflowRunSteps;
  const { ids, next_cursor } = await readPage(
    db,
    {
      from: sql`${workflowRunSteps} join ${workflowRuns} on ${workflowRuns.id} = ${workflow_run_id}`,
      where: eq(workflowRunSteps.agent_session_id, session_id),
      id,
      keys: [
        { value: workflowRuns.created_at, kind: "time" },
        { value: position, kind: "number" },
      ],
      descending: true,
      bytes: sql`${textBytes(name)} + ${textBytes(workflowRuns.name)} + ${sql.raw(String(REST_BYTES))}`,
    },
    input,
  );
  if (ids.length === 0) return { items: [], next_cursor };
  const items = await db
    .select({
      ...{ id, step_id, name, status },
      workflow_run_id: workflowRuns.id,
      run_name: workflowRuns.name,
      run_number: workflowRuns.number,
    })
    .from(workflowRunSteps)
    .innerJoin(workflowRuns, eq(workflowRuns.id, workflow_run_id))
    .where(isOneOf(id, ids))
    .orderBy(desc(workflowRuns.created_at), desc(position), desc(id));
  return { items, next_cursor };
}

/** A page of the steps that used a session, newest first. Three queries. */
export async function listSessionSteps(
  caller: Caller,
  { id, ...page }: ListOfSessionInput,
): Promise<Page<AgentSessionStep>> {
  await authorizeAgentSession(caller, id, "project:read");
  return sessionStepsPage(caller.db, id, page);
}
