import { type SQL, sql } from "drizzle-orm";
import type { ReadDb } from "../../../db/client";
import { toIso } from "../../../db/schema/columns";
import { STATE_EVENTS, type StateEvent } from "../../../model/replay";

/** For SQL's `in`. */
export const STATE_TYPES = sql.raw(STATE_EVENTS.map((type) => `'${type}'`).join(", "));

interface Row extends Record<string, unknown>, StateEvent {
  run_id: string;
}

/** The events that say states, of the runs that `runs` gives with a row `r`, oldest first: `most` of each, the newest or the first. */
export async function readStateEvents(
  db: ReadDb,
  { runs, where, most, first = false }: { runs: SQL; where: SQL; most: number; first?: boolean },
): Promise<Row[]> {
  const { rows } = await db.execute<Row>(sql`
    select e.* from (${runs}) r
    cross join lateral (
      select e.workflow_run_id as run_id, e.seq as id, e.created_at as at, e.type, e.data ->> 'status' as status,
             e.data ->> 'step_id' as step_id, coalesce(e.data ->> 'current_phase', e.data ->> 'phase') as phase,
             (e.data ->> 'stalled')::boolean as stalled
      from workflow_events e
      where e.workflow_run_id = r.id and e.type in (${STATE_TYPES}) and ${where}
      order by e.seq ${sql.raw(first ? "asc" : "desc")} limit ${sql.raw(String(most))}
    ) e
    order by e.id`);
  return rows.map((row) => ({ ...row, id: Number(row.id), at: toIso(row.at) }));
}
