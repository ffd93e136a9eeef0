import { sql } from "drizzle-orm";
import type { Tx } from "../db/client";

/** Key of the advisory lock; no other use may have the same. */
const LOCK = 7_015_882;

/**
 * SQL for a session that copies rows and then their files: no file is deleted while it lives. To be run before its
 * snapshot is taken. Files go only after their rows have gone for good, so all rows of the snapshot keep their files.
 */
export const HOLD_FILES = `select pg_advisory_lock_shared(0, ${LOCK})`;

/** Whether somebody holds all files now. What was noted for deletion waits for the sweeper then. */
export async function areFilesHeld(tx: Tx): Promise<boolean> {
  const { rows } = await tx.execute<{ held: boolean }>(sql`
    select exists (
      select from pg_locks where locktype = 'advisory' and classid = 0 and objid = ${LOCK} and objsubid = 2
        and database = (select oid from pg_database where datname = current_database())
    ) as held`);
  return rows[0]?.held === true;
}
