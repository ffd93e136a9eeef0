import { sql } from "drizzle-orm";
import type { ReadDb } from "../../../db/client";
import { toIso } from "../../../db/schema/columns";
import { LOG_FILE_TYPES } from "../../../engine/logs/log-files";
import { logKey } from "../../../engine/logs/paths";
import { readSettings } from "../../../lib/settings";
import { folderOf } from "../../../lib/stored-folder";
import { createLocalStorage } from "../../../storage/local";
import { isFiled, type LoggedAttempt, logsRemovedAt } from "./read-log";

/** By the id of the attempt. `removed_at`: since when retention has removed them; null where nobody knows. */
export type MissingLogs = Map<string, { removed_at: string | null }>;

/**
 * Which of these attempts (row ids) have ended and lost a log file from the project's folder. One query. Not
 * checked for an object store, where each check would cost a request.
 */
export async function findMissingLogs(db: ReadDb, attempts: string[]): Promise<MissingLogs> {
  const { rows: filed } = await db.execute<LoggedAttempt>(sql`
    select a.id, a.number, s.workflow_run_id as run_id, s.step_id, p.id as project_id, p.path as project_path,
           ${logsRemovedAt} as logs_removed_at
    from workflow_run_step_attempts a
    join workflow_run_steps s on s.id = a.workflow_run_step_id
    join workflow_runs r on r.id = s.workflow_run_id
    join projects p on p.id = r.project_id
    where a.id = any(${sql.param(attempts)}::text[]) and ${isFiled}`);
  const isLocal = readSettings().storage === "local";
  const missing = await Promise.all(
    filed.map(async (row) =>
      row.logs_removed_at !== null || (isLocal && !(await isWhole(row))) ? [row] : [],
    ),
  );
  return new Map(
    missing.flat().map(({ id, logs_removed_at: at }) => [id, { removed_at: at === null ? null : toIso(at) }]),
  );
}

async function isWhole({ run_id, step_id, number, project_path }: LoggedAttempt): Promise<boolean> {
  const storage = createLocalStorage(folderOf(project_path));
  const files = LOG_FILE_TYPES.map((type) =>
    storage.stat(logKey(run_id, step_id, number, type)).catch(() => null),
  );
  return (await Promise.all(files)).every((file) => file !== null);
}
