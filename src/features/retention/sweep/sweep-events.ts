import { sql } from "drizzle-orm";
import { commit } from "../../../events/emit";
import type { RetentionLimits } from "../../../model/retention";
import { ago, dueEvents } from "../due";
import { recordSweep, type Sweep } from "./sweep";

/** Events of one transaction. */
const BATCH = 2_000;

/**
 * Deletes a project's events that are too old, in their order. The number up to which they may be gone is raised in the
 * same transaction, so a stream that finds a gap knows why. What tells the history of a run stays with the run.
 */
export async function sweepEvents(sweep: Sweep, { events }: RetentionLimits): Promise<number> {
  if (events === null) return 0;
  const { db, project, pace } = sweep;
  let removed = 0;
  let isMore = true;
  while (isMore && !pace.isOver) {
    isMore = await pace.step(async () => {
      const { rows } = await db.execute<{ first: number; last: number | null; is_more: boolean }>(sql`
        select p.events_swept::float8 as first, next.last::float8, next.count = ${BATCH} and next.last = next.end as is_more
        from projects p, lateral (
          select max(seq) filter (where created_at < ${ago(events)}) as last, max(seq) as end, count(*) from (
            select e.seq, e.created_at from workflow_events e
            where e.project_id = p.id and e.seq > p.events_swept order by e.seq limit ${sql.raw(String(BATCH))}
          ) batch
        ) next
        where p.id = ${project.id}`);
      const place = rows[0];
      if (!place || place.last === null) return false;
      const { first, last } = place;
      removed += await commit(db, null, async (tx) => {
        const { rowCount } = await tx.execute(sql`
          delete from workflow_events e where e.project_id = ${project.id} and e.seq > ${first} and e.seq <= ${last}
            and ${dueEvents(sql`select id from workflow_runs where false`)}`);
        await tx.execute(sql`
          update projects set events_swept = ${last} where id = ${project.id} and events_swept < ${last}`);
        recordSweep(tx, project.id, { events: rowCount ?? 0 });
        return rowCount ?? 0;
      });
      return place.is_more;
    });
  }
  return removed;
}
