import { sql } from "drizzle-orm";
import type { ReadDb } from "../../../db/client";
import type { LogFileType } from "../../../engine/logs/log-files";
import { logKey } from "../../../engine/logs/paths";
import { AppError } from "../../../lib/errors";
import { folderOf } from "../../../lib/stored-folder";
import { nullWhereGone, removedBy, WHY_GONE } from "../../../storage/null-where-gone";
import { openStorage } from "../../../storage/open-storage";

/** The most bytes of one reading. */
export const READ_BYTES = 256 * 1024;

export interface LoggedAttempt extends Record<string, unknown> {
  id: string;
  number: number;
  run_id: string;
  step_id: string;
  project_id: string;
  project_path: string;
  /** Since when retention has removed its logs; null where it has not. */
  logs_removed_at: string | null;
}

/** SQL: when the logs of attempt `a` of run `r` were removed by retention. What began later has logs of its own. */
export const logsRemovedAt = sql<string | null>`
  case when r.logs_removed_at >= coalesce(a.completed_at, a.started_at) then r.logs_removed_at end`;

/** Attempt `number` of a step (by its row's id), or its newest attempt; null if there is none. */
export async function findAttempt(
  db: ReadDb,
  step_row_id: string,
  number: number | undefined,
): Promise<LoggedAttempt | null> {
  const [attempt] = (
    await db.execute<LoggedAttempt>(sql`
    select a.id, a.number, s.workflow_run_id as run_id, s.step_id, p.id as project_id, p.path as project_path,
           ${logsRemovedAt} as logs_removed_at
    from workflow_run_step_attempts a
    join workflow_run_steps s on s.id = a.workflow_run_step_id
    join workflow_runs r on r.id = s.workflow_run_id
    join projects p on p.id = r.project_id
    where s.id = ${step_row_id} ${number === undefined ? sql`` : sql`and a.number = ${number}`}
    order by a.number desc limit 1`)
  ).rows;
  return attempt ?? null;
}

export interface LogReading {
  bytes: Buffer;
  /** The log will not grow any more, and `bytes` is empty only at its end. */
  sealed: boolean;
  /** The attempt has ended. */
  ended: boolean;
  /** The attempt has ended and kept a log, but the log's file is missing. */
  gone: boolean;
}

interface Row extends Record<string, unknown> {
  ended: boolean;
  /** The rows hold the complete log: its last chunk has the summary. */
  whole: boolean;
  /** The complete log has been moved from rows to a file. */
  filed: boolean;
  offset: string | null;
  /** Decoded three times as fast as what the driver makes of bytes. */
  base64: string | null;
}

/**
 * SQL: the log of attempt `a` of step `s` is a file. An attempt ends in the same statement as its log, except
 * a skipped one, whose worker may still be writing. Approvals and the sleeps of code have no log.
 */
export const isFiled = sql`(
  a.status <> 'running' and not exists (select 1 from workflow_log_chunks where attempt_id = a.id)
  and s.kind <> 'approval' and not (s.kind = 'function' and s.name like 'Sleep %')
  and (a.status <> 'skipped' or a.updated_at < clock_timestamp() - interval '15 seconds')
)`;

/** The error for a log whose file is missing. */
export function logIsGone(
  { run_id, step_id, number, logs_removed_at }: LoggedAttempt,
  type: LogFileType,
): AppError {
  if (logs_removed_at !== null) return removedBy("This log", logs_removed_at);
  return new AppError(
    "NOT_FOUND",
    `The file of this log is gone from the server: ${logKey(run_id, step_id, number, type)} in the project's folder. ${WHY_GONE}`,
  );
}

interface Rows {
  live: Buffer[];
  ended: boolean;
  whole: boolean;
  filed: boolean;
}

/** At most `chunks` rows of a log from `offset` on. Status and rows are read in one query. */
async function readRows(
  db: ReadDb,
  attempt: LoggedAttempt,
  type: LogFileType,
  offset: number,
  chunks: number,
): Promise<Rows> {
  const { rows } = await db.execute<Row>(sql`
    select a.status <> 'running' as ended, c."offset", c.base64,
           exists (
             select 1 from workflow_log_chunks where attempt_id = a.id and type = 'summary'
           ) as whole,
           ${isFiled} as filed
    from workflow_run_step_attempts a join workflow_run_steps s on s.id = a.workflow_run_step_id
    left join lateral (
      select "offset", encode(bytes, 'base64') as base64 from workflow_log_chunks
      where attempt_id = a.id and type = ${type} and "offset" + length(bytes) > ${offset}
      order by "offset" limit ${sql.raw(String(chunks))}
    ) c on true
    where a.id = ${attempt.id} order by c."offset"`);
  const live = rows.flatMap(({ offset: start, base64 }) =>
    start === null || base64 === null
      ? []
      : [Buffer.from(base64, "base64").subarray(Math.max(0, offset - Number(start)))],
  );
  const { ended = true, whole = false, filed = false } = rows[0] ?? {};
  return { live, ended, whole, filed };
}

function openFile(attempt: LoggedAttempt, type: LogFileType, range: { start: number; end?: number }) {
  const storage = openStorage({ id: attempt.project_id, path: folderOf(attempt.project_path) });
  const key = logKey(attempt.run_id, attempt.step_id, attempt.number, type);
  return storage.open(key, range).catch(nullWhereGone);
}

/**
 * A log's bytes from `offset` on, from its rows while they exist, else from the file. Both hold the same
 * bytes, so offsets stay valid.
 */
export async function readLog(
  db: ReadDb,
  attempt: LoggedAttempt,
  type: LogFileType,
  offset: number,
): Promise<LogReading> {
  const { live, ended, whole, filed } = await readRows(db, attempt, type, offset, 8);
  if (live.length > 0) return { bytes: Buffer.concat(live), sealed: false, ended, gone: false };
  if (whole) return { bytes: Buffer.alloc(0), sealed: true, ended, gone: false };
  const file = await openFile(attempt, type, { start: offset, end: offset + READ_BYTES - 1 });
  if (!file) return { bytes: Buffer.alloc(0), sealed: false, ended, gone: filed };
  const pieces: Uint8Array[] = [];
  for await (const piece of file.stream) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  return { bytes, sealed: ended && offset + bytes.byteLength >= file.size, ended, gone: false };
}

/** What is known of a log behind its last byte. */
export type LogEnd = Omit<LogReading, "bytes">;

/** Rows of one reading: half a megabyte for a window, 2 MB for much of a log. */
const CHUNKS = { part: 8, all: 32 } as const;

/** As `readLog`, all that there is now, in pieces. A file is opened once. `much`: most of it will be read. */
export async function* streamLog(
  db: ReadDb,
  attempt: LoggedAttempt,
  type: LogFileType,
  offset: number,
  much: keyof typeof CHUNKS,
): AsyncGenerator<Uint8Array, LogEnd, void> {
  let at = offset;
  const readNext = () => readRows(db, attempt, type, at, CHUNKS[much]);
  let next = readNext();
  for (;;) {
    const { live, ended, whole, filed } = await next;
    if (live.length > 0) {
      for (const bytes of live) at += bytes.byteLength;
      // The next rows are on their way while these are worked on.
      if (much === "all") next = readNext();
      next.catch(() => {});
      yield* live;
      if (much === "part") next = readNext();
      continue;
    }
    if (whole) return { sealed: true, ended, gone: false };
    const file = await openFile(attempt, type, { start: at });
    if (!file) return { sealed: false, ended, gone: filed };
    for await (const piece of file.stream) {
      at += piece.byteLength;
      yield piece;
    }
    return { sealed: ended && at >= file.size, ended, gone: false };
  }
}
