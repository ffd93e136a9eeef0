import { asc, desc, eq, getTableColumns, sql } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { errorBytes, inlineBytes, jsonBytes, outputColumns, shownError } from "../../../db/bounded";
import type { ReadDb } from "../../../db/client";
import { isOneOf, readPage } from "../../../db/read-page";
import { workflowRunStepAttempts } from "../../../db/schema/runs";
import type { Page, PageInput } from "../../../lib/page";
import { MAX_LIMIT } from "../../../lib/page-size";
import { openStep } from "../../in-run/open-step";
import { findMissingLogs } from "../../log/queries/missing-logs";
import type { ListAttemptsInput, StepAttempt } from "../schema";

/** Estimated bytes of an attempt in JSON, apart from its fields of varying length. */
const REST_BYTES = 600;

const attemptUrl = sql`'/api/workflow-steps/' || ${workflowRunStepAttempts.workflow_run_step_id}
  || '/output?attempt=' || ${workflowRunStepAttempts.number}`;

/** A page of a step's attempts, in order. Three queries. */
export async function attemptsPage(
  db: ReadDb,
  step_row_id: string,
  { order = "oldest", ...page }: PageInput & { order?: "oldest" | "newest" } = { limit: MAX_LIMIT },
): Promise<Page<StepAttempt>> {
  const { id, number, workflow_run_step_id, output_bytes, error_message, errors } = workflowRunStepAttempts;
  const descending = order === "newest";
  const { ids, next_cursor } = await readPage(
    db,
    {
      from: sql`${workflowRunStepAttempts}`,
      where: eq(workflow_run_step_id, step_row_id),
      id,
      keys: [{ value: number, kind: "number" }],
      descending,
      bytes: sql`${inlineBytes(output_bytes)} + ${errorBytes(error_message)} + ${jsonBytes(errors)} + ${sql.raw(String(REST_BYTES))}`,
    },
    page,
  );
  if (ids.length === 0) return { items: [], next_cursor };
  const { workflow_run_step_id: _, ...columns } = getTableColumns(workflowRunStepAttempts);
  const read = db
    .select({
      ...columns,
      ...outputColumns(workflowRunStepAttempts, attemptUrl),
      error_message: shownError(error_message),
    })
    .from(workflowRunStepAttempts)
    .where(isOneOf(id, ids))
    .orderBy(descending ? desc(number) : asc(number));
  const [rows, missing] = await Promise.all([read, findMissingLogs(db, ids)]);
  const items = rows.map((row) => ({
    ...row,
    file_missing: missing.has(row.id),
    logs_removed_at: missing.get(row.id)?.removed_at ?? null,
  }));
  return { items, next_cursor };
}

/** A page of a step's attempts. Four queries. */
export async function listAttempts(
  caller: Caller,
  { id, run_id, ...page }: ListAttemptsInput,
): Promise<Page<StepAttempt>> {
  const { step_row_id } = await openStep(caller, { id, run_id }, "project:read");
  return attemptsPage(caller.db, step_row_id, page);
}
