import { type SQL, sql } from "drizzle-orm";
import type { Tx } from "../db/client";
import { isAtWork, isBlocked } from "../db/run-turns";
import { advanceJob } from "./enqueue";

/**
 * Queues runs for which the project has room: resting runs that can go on, then pending ones by priority and age. Call
 * it in the transaction in which a run stops to take room (ended, cancelled, paused, resting), after that write.
 */
export async function enqueueNext(tx: Pick<Tx, "execute">, project_id: string): Promise<void> {
  for (const write of nextWrites(project_id)) await tx.execute(write);
}

/** The statements of `enqueueNext`, to send with others. */
export function nextWrites(project_id: string): SQL[] {
  return [
    // The lock is a statement of its own and comes first. A run that is refused for want of room at this moment is then
    // either seen here, or sees the new room.
    sql`select 1 from projects where id = ${project_id} for no key update`,
    // Skips locked runs: whoever holds one waits for the project's lock, so waiting here would be a deadlock. A run
    // whose job is due needs no other job.
    sql`
      with next as materialized (select r.id, r.priority from workflow_runs r
      where r.project_id = ${project_id} and ${wantsRoom}
      order by r.status = 'pending', r.priority desc, r.created_at, r.id
      limit greatest(0, (select p.max_concurrent_runs from projects p where p.id = ${project_id})
        - (select count(*) from workflow_runs busy where busy.project_id = ${project_id} and ${sql.raw(isAtWork("busy"))}))
      for no key update of r skip locked)
      select ${advanceJob(sql`next.id`, { priority: sql`next.priority` })} from next where not exists (
        select 1 from graphile_worker.jobs j
        where j.key = 'run:' || next.id and j.locked_at is null and j.attempts = 0 and j.run_at <= now())`,
  ];
}

/** The run `r` would go on if its project had room. */
export const wantsRoom = sql`((r.status = 'pending' and not ${sql.raw(isBlocked("r"))})
  or (r.status = 'running' and r.ready_since is not null))`;
