import { sql } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { whileAllowed } from "../../../auth/watch-access";
import type { ReadDb } from "../../../db/client";
import { AppError } from "../../../lib/errors";
import { isRunEnded, type RunStatus } from "../../../model/states";
import { followSource } from "../../log/queries/follow-source";
import { type LogReading, READ_BYTES } from "../../log/queries/read-log";
import type { LogSource } from "../../log/queries/shared-log";
import type { RunLogInput, RunLogPiece } from "../schema";

/**
 * What the definition's code has printed, from a byte offset on, in pieces of whole lines; with `follow`
 * until the run has ended. Empty for definitions in YAML. Throws as `authorizeRun`.
 */
export async function followRunLog(
  caller: Caller,
  input: RunLogInput & { follow: boolean },
  signal: AbortSignal,
): Promise<AsyncGenerator<RunLogPiece, void>> {
  const { id } = input;
  const { project_id } = await authorizeRun(caller, id, "project:read");
  const source: LogSource = {
    key: `code ${id}`,
    rung_by: id,
    read: (offset) => readRunLog(caller.db, id, offset),
    whyGone: () => new AppError("NOT_FOUND", "The run is gone."),
  };
  const first = await source.read(input.offset);
  return whileAllowed(caller, project_id, signal, (stop) =>
    followSource(caller.db, source, first, input, stop),
  );
}

interface Row extends Record<string, unknown> {
  status: RunStatus;
  is_held: boolean;
  bytes: Buffer | null;
  offset: string | null;
}

async function readRunLog(db: ReadDb, id: string, offset: number): Promise<LogReading> {
  const { rows } = await db.execute<Row>(sql`
    select r.status, r.claimed_by is not null as is_held, c."offset", c.bytes
    from workflow_runs r
    left join lateral (
      select "offset", bytes from workflow_code_log_chunks
      where workflow_run_id = r.id and "offset" + length(bytes) > ${offset}
      order by "offset" limit 64
    ) c on true
    where r.id = ${id} order by c."offset"`);
  const [run] = rows;
  if (!run) return { bytes: Buffer.alloc(0), sealed: false, ended: true, gone: true };
  // The worker of a cancelled run may still write its last output, so the log ends only when it lets go.
  const ended = isRunEnded(run.status) && !run.is_held;
  const all = rows.flatMap(({ offset: start, bytes }) =>
    start === null || bytes === null ? [] : [bytes.subarray(Math.max(0, offset - Number(start)))],
  );
  const bytes = Buffer.concat(all).subarray(0, READ_BYTES);
  return { bytes, sealed: ended && bytes.byteLength === 0, ended, gone: false };
}
