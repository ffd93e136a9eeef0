import { type SQL, sql } from "drizzle-orm";
import type { Db, Tx } from "../db/client";
import type { Entry } from "../model/entry";

/**
 * Keeps entries in one small row until they are projected; `ordinal` is its place in the claim. False, with nothing
 * kept, unless the run is running and `isHeld` is true. The lock makes a claim, a pause or a cancel wait; they lock the
 * run for update.
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

/** Removes and returns a run's kept entries, which are projected before all others. The caller holds the run's lock. */
export async function takeKept(tx: Tx, run_id: string): Promise<Entry[]> {
  const { rows } = await tx.execute<{ ordinal: number; entries: Entry[]; at: string }>(sql`
    delete from workflow_journal where workflow_run_id = ${run_id}
    returning ordinal, entries, created_at as at`);
  const inOrder = [...rows].sort((a, b) => a.ordinal - b.ordinal);
  return inOrder.flatMap(({ entries, at }) => entries.map((entry) => ({ ...entry, at })));
}
