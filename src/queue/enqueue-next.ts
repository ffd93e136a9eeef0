import { sql } from "drizzle-orm";
import type { Tx } from "../db/client";
import { enqueueAdvance } from "./enqueue";

/**
 * Queues the pending runs for which the project has room, first come first served within a priority. Call it
 * in the transaction in which a run leaves `running` (ended, cancelled, paused), after that write.
 */
export async function enqueueNextPending(tx: Pick<Tx, "execute">, project_id: string): Promise<void> {
  // The lock comes first and alone: a run that is refused for want of room at this moment is then seen here,
  // or sees the room that this transaction makes.
  await tx.execute(sql`select 1 from projects where id = ${project_id} for no key update`);
  // A run that somebody changes at this moment is left to them: they hold it and want the project, as we want it.
  const next = await tx.execute<{ id: string; priority: number }>(sql`
    select r.id, r.priority from workflow_runs r
    where r.project_id = ${project_id} and r.status = 'pending'
    order by r.priority desc, r.created_at, r.id
    limit greatest(0, (select p.max_concurrent_runs from projects p where p.id = ${project_id})
      - (select count(*) from workflow_runs busy where busy.project_id = ${project_id} and busy.status = 'running'
        and busy.waiting_since is null))
    for no key update of r skip locked`);
  for (const run of next) await enqueueAdvance(tx, run.id, { priority: run.priority });
}
