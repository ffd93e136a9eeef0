import { sql } from "drizzle-orm";
import type { Db } from "../db/client";

/** Ends attempts that are recorded as running though their step has ended or runs a later one. No event is told. */
export async function endLeftAttempts(db: Db, ids: string[], error_message: string): Promise<void> {
  await db.execute(sql`
    update workflow_run_step_attempts a
    set status = 'failed', error_message = ${error_message}, completed_at = now(), updated_at = now()
    from workflow_run_steps s
    where a.id in ${ids} and s.id = a.workflow_run_step_id
      and a.status = 'running' and (s.status <> 'running' or s.attempt <> a.number)`);
}
