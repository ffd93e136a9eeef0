import { asc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import {
  errorBytes,
  inlineBytes,
  jsonBytes,
  outputColumns,
  shownError,
  textBytes,
} from "../../../db/bounded";
import type { ReadDb } from "../../../db/client";
import { isOneOf, readPage } from "../../../db/read-page";
import { agentSessions } from "../../../db/schema/agents";
import { workflowRunSteps } from "../../../db/schema/runs";
import { AppError } from "../../../lib/errors";
import { encodeCursor, PAGE_BYTES, type Page, type PageInput } from "../../../lib/page";
import { MAX_LIMIT } from "../../../lib/page-size";
import type { WaitingFor } from "../../../model/states";
import type { StepWithSession } from "../schema";

/** Estimated bytes of a step in JSON, apart from its fields of varying length. */
const REST_BYTES = 900;
/** Estimated bytes of a step's session in JSON, which appears under two names. */
const SESSION_BYTES = 1_200;

/** SQL for what a step (a row with the alias `step`) waits for: its own wait, or its agent's request. */
export const waitingForOf = (step: string) =>
  `case when ${step}.status = 'running' and exists (
     select 1 from agent_permission_requests asked
     where asked.workflow_run_step_id = ${step}.id and asked.status = 'pending'
   ) then 'permission' else ${step}.waiting_for end`;

const stepUrl = sql`'/api/workflow-steps/' || ${workflowRunSteps.id} || '/output'`;

/**
 * All steps that match `where`, in order, each with its agent's session. Not paged: only for a small number.
 */
export async function stepsWhere(db: ReadDb, where: SQL): Promise<StepWithSession[]> {
  const rows = await db
    .select({
      ...getTableColumns(workflowRunSteps),
      ...outputColumns(workflowRunSteps, stepUrl),
      error_message: shownError(workflowRunSteps.error_message),
      waiting_for: sql<WaitingFor | null>`${sql.raw(waitingForOf("workflow_run_steps"))}`,
      agent_session: getTableColumns(agentSessions),
    })
    .from(workflowRunSteps)
    .leftJoin(agentSessions, eq(agentSessions.id, workflowRunSteps.agent_session_id))
    .where(where)
    .orderBy(asc(workflowRunSteps.position));
  return rows.map((row) => ({ ...row, session: row.agent_session }));
}

/** The step of this row. Throws NOT_FOUND. */
export async function readStep(db: ReadDb, id: string): Promise<StepWithSession> {
  const [step] = await stepsWhere(db, eq(workflowRunSteps.id, id));
  if (!step) throw new AppError("NOT_FOUND", "There is no such step.");
  return step;
}

/** A page of a run's steps in order. Two queries. */
export async function stepsPage(
  db: ReadDb,
  run_id: string,
  input: PageInput = { limit: MAX_LIMIT },
): Promise<Page<StepWithSession>> {
  const { name, phase, error_message, output_bytes, request, errors, error_excerpt } = workflowRunSteps;
  const { ids, next_cursor } = await readPage(
    db,
    {
      from: sql`${workflowRunSteps} left join ${agentSessions} on ${agentSessions.id} = ${workflowRunSteps.agent_session_id}`,
      where: eq(workflowRunSteps.workflow_run_id, run_id),
      id: workflowRunSteps.id,
      // After a retry on another revision a new step may have the position of a removed one, so the position
      // alone is not unique.
      keys: [{ value: workflowRunSteps.position, kind: "number" }],
      bytes: sql`${inlineBytes(output_bytes)} + ${errorBytes(error_message)} + ${jsonBytes(request)}
        + ${jsonBytes(errors)} + ${textBytes(error_excerpt)} + ${textBytes(name)} + ${textBytes(phase)} + 2 * ${jsonBytes(agentSessions.usage)} + ${sql.raw(String(REST_BYTES))}
        + case when ${agentSessions.id} is null then 0 else ${sql.raw(String(SESSION_BYTES))} end`,
    },
    input,
  );
  const items = ids.length > 0 ? await stepsWhere(db, isOneOf(workflowRunSteps.id, ids)) : [];
  return { items, next_cursor };
}

/** What `stepsPage` would return for a run that was just created, from its inserted rows. */
export function firstOfNew(rows: readonly (typeof workflowRunSteps.$inferSelect)[]): Page<StepWithSession> {
  const items: StepWithSession[] = [];
  let bytes = 0;
  for (const row of rows.slice(0, MAX_LIMIT)) {
    bytes += Buffer.byteLength(row.name) + Buffer.byteLength(row.phase) + REST_BYTES;
    if (items.length > 0 && bytes > PAGE_BYTES) break;
    items.push({ ...row, output_url: null, agent_session: null, session: null });
  }
  const last = items.at(-1);
  const more = last !== undefined && items.length < rows.length;
  return { items, next_cursor: more ? encodeCursor([String(last.position), last.id]) : null };
}
