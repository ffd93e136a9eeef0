import { and, asc, eq, ne, sql } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import { jsonBytes, textBytes } from "../../../db/bounded";
import type { ReadDb } from "../../../db/client";
import { isOneOf, readPage } from "../../../db/read-page";
import { reviews } from "../../../db/schema/reviews";
import type { Page, PageInput } from "../../../lib/page";
import { DEFAULT_LIMIT } from "../../../lib/page-size";
import type { Decision } from "../../../model/states";
import { openStep } from "../../in-run/open-step";
import type { ListOfStepInput } from "../../in-run/schema";
import type { StepDecision } from "../schema";

/** Estimated bytes of a decision in JSON, apart from its fields of varying length. */
const REST_BYTES = 500;

/** A page of the decisions on a step, oldest first. Two queries. */
export async function decisionsPage(
  db: ReadDb,
  step_row_id: string,
  input: PageInput = { limit: DEFAULT_LIMIT },
): Promise<Page<StepDecision>> {
  const { id, created_at, text, answer, decision } = reviews;
  const { ids, next_cursor } = await readPage(
    db,
    {
      from: sql`${reviews}`,
      where: and(eq(reviews.workflow_run_step_id, step_row_id), ne(decision, "comment")),
      id,
      keys: [{ value: created_at, kind: "time" }],
      bytes: sql`${textBytes(text)} + ${jsonBytes(answer)} + ${sql.raw(String(REST_BYTES))}`,
    },
    input,
  );
  if (ids.length === 0) return { items: [], next_cursor };
  const { attempt, user_id, user_name, snapshot } = reviews;
  const items = await db
    .select({
      // An approval's review has one.
      attempt: sql<number>`${attempt}`,
      user_id,
      user_name,
      decision: sql<Decision>`${decision}`,
      note: text,
      answer,
      snapshot,
      created_at,
    })
    .from(reviews)
    .where(isOneOf(id, ids))
    .orderBy(asc(created_at), asc(id));
  return { items, next_cursor };
}

/** A page of the decisions on a step, oldest first. Three queries. */
export async function listDecisions(
  caller: Caller,
  { id, run_id, ...page }: ListOfStepInput,
): Promise<Page<StepDecision>> {
  const { step_row_id } = await openStep(caller, { id, run_id }, "project:read");
  return decisionsPage(caller.db, step_row_id, page);
}
