import { type SQL, sql } from "drizzle-orm";
import type { Db, Tx } from "../db/client";
import type { Entry } from "./entry";

/**
 * Keeps entries in one small row until they are projected; `ordinal` is its place among those of the claim. False,
 * and nothing is kept, where the run does not go on as `isHeld` (of its row) says. The run's lock makes a claim,
 * a pause or a cancel that comes meanwhile wait, since these lock it for update, so that they see it; a projection of
 * the claim itself goes on beside it.
 */
export async function keepEntries(
  db: Pick<Db, "execute">,
  isHeld: SQL,
  ordinal: number,
  entries: Entry[],
): Promise<boolean> {
  const { rows: kept } = await db.execute(sql`
    insert into workflow_journal (workflow_run_id, ordinal, entries)
    select id, ${ordinal}::integer, ${JSON.stringify(entries)}::json from workflow_runs
    where ${isHeld} and status = 'running'
    for key share
    returning 1`);
  return kept.length === 1;
}

/** What is kept of a run, in order, and is so no longer: to be projected ahead of anything else. Under the run's lock. */
export async function takeKept(tx: Tx, run_id: string): Promise<Entry[]> {
  const { rows } = await tx.execute<{ ordinal: number; entries: Entry[]; at: string }>(sql`
    delete from workflow_journal where workflow_run_id = ${run_id}
    returning ordinal, entries, created_at as at`);
  const inOrder = [...rows].sort((a, b) => a.ordinal - b.ordinal);
  return inOrder.flatMap(({ entries, at }) => entries.map((entry) => ({ ...entry, at })));
}
