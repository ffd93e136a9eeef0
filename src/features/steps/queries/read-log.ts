import type { Db } from "../../../db/client";
import type { LogFileType } from "../../../engine/logs/log-files";
import { logKey } from "../../../engine/logs/paths";
import { openStorage } from "../../../storage/open-storage";

/** Bytes that one reading brings at most. */
export const READ_BYTES = 256 * 1024;

export interface LoggedAttempt {
  id: string;
  number: number;
  run_id: string;
  step_id: string;
  project_id: string;
  project_path: string;
}

/** Attempt `number` of a step (its row's id), else its newest; null where there is none. */
export async function findAttempt(
  db: Db,
  step_row_id: string,
  number: number | undefined,
): Promise<LoggedAttempt | null> {
  const sql = db.$client;
  const [attempt] = await sql<LoggedAttempt[]>`
    select a.id, a.number, s.workflow_run_id as run_id, s.step_id, p.id as project_id, p.path as project_path
    from workflow_run_step_attempts a
    join workflow_run_steps s on s.id = a.workflow_run_step_id
    join workflow_runs r on r.id = s.workflow_run_id
    join projects p on p.id = r.project_id
    where s.id = ${step_row_id} ${number === undefined ? sql`` : sql`and a.number = ${number}`}
    order by a.number desc limit 1`;
  return attempt ?? null;
}

export interface LogReading {
  bytes: Buffer;
  /** The log grows no more, and no bytes here means that there are none left. */
  sealed: boolean;
  /** The attempt has ended. */
  ended: boolean;
}

interface Row {
  ended: boolean;
  /** The rows hold all of the log there will be: the summary comes with the last of it. */
  whole: boolean;
  offset: string | null;
  bytes: Buffer | null;
}

/**
 * Bytes of a log from `offset` on: live ones from their rows, else from the file. The file takes the rows'
 * place byte for byte, so an offset stays true; the status is read in the same query as the rows.
 */
export async function readLog(
  db: Db,
  attempt: LoggedAttempt,
  type: LogFileType,
  offset: number,
): Promise<LogReading> {
  const rows = await db.$client<Row[]>`
    select a.status <> 'running' as ended, c."offset", c.bytes,
           exists (
             select 1 from workflow_log_chunks where attempt_id = a.id and type = 'summary'
           ) as whole
    from workflow_run_step_attempts a
    left join lateral (
      select "offset", bytes from workflow_log_chunks
      where attempt_id = a.id and type = ${type} and "offset" + length(bytes) > ${offset}
      order by "offset" limit 8
    ) c on true
    where a.id = ${attempt.id} order by c."offset"`;
  const ended = rows[0]?.ended ?? true;
  const live = rows.flatMap(({ offset: start, bytes }) =>
    start === null || bytes === null ? [] : [bytes.subarray(Math.max(0, offset - Number(start)))],
  );
  if (live.length > 0) return { bytes: Buffer.concat(live), sealed: false, ended };
  if (rows[0]?.whole) return { bytes: Buffer.alloc(0), sealed: true, ended };
  const storage = openStorage({ id: attempt.project_id, path: attempt.project_path });
  const key = logKey(attempt.run_id, attempt.step_id, attempt.number, type);
  const file = await storage.open(key, { start: offset, end: offset + READ_BYTES - 1 });
  if (!file) return { bytes: Buffer.alloc(0), sealed: false, ended };
  const pieces: Uint8Array[] = [];
  for await (const piece of file.stream) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  return { bytes, sealed: ended && offset + bytes.byteLength >= file.size, ended };
}
