import { inArray, sql } from "drizzle-orm";
import { workerScope } from "../../auth/scope";
import type { Db } from "../../db/client";
import { workflowRuns } from "../../db/schema/runs";
import { commit, emit, recordIn } from "../../events/emit";

/** Runs of one transaction: their rows are locked for some ten milliseconds. */
const BATCH = 200;

/**
 * Archives the runs that ended longer ago than their project's rule says, batch by batch. Gives their number. Several
 * processes may do so at once: who comes second passes over what the first has locked.
 */
export async function archiveOld(db: Db, stop?: AbortSignal): Promise<number> {
  const { rows } = await db.execute<{ id: string; days: number }>(
    sql`select id, archive_days as days from projects where archive_days is not null order by id`,
  );
  let archived = 0;
  for (const { id, days } of rows) {
    for (let last = BATCH; last === BATCH && !stop?.aborted; archived += last)
      last = await archiveBatch(db, id, days);
  }
  return archived;
}

function archiveBatch(db: Db, project_id: string, days: number): Promise<number> {
  return commit(db, null, async (tx) => {
    const { rows } = await tx.execute<{ id: string }>(sql`
      select id from workflow_runs
      where project_id = ${project_id} and archived_at is null and status in ('completed', 'failed', 'cancelled')
        and greatest(completed_at, cancelled_at) < now() - ${days}::int * interval '1 day'
      limit ${sql.raw(String(BATCH))} for no key update skip locked`);
    const ids = rows.map((row) => row.id);
    if (ids.length === 0) return 0;
    await tx.update(workflowRuns).set({ archived_at: sql`now()` }).where(inArray(workflowRuns.id, ids));
    // One event for many: what a rule archives at first would drown the other events.
    const scope = workerScope(project_id, { type: "system" });
    emit(tx, scope, "workflow.execution.archived", { execution_ids: ids });
    recordIn(tx, {
      action: "runs.archiveMany",
      outcome: "done",
      actor: { type: "system" },
      address: null,
      project_id,
      target: { type: "project", id: project_id },
      after: { archived: true, runs: ids.length, archive_days: days },
    });
    return ids.length;
  });
}
