import { sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import { logDirectoryKey, logKey, runKey } from "../../engine/logs/paths";
import { summaryOf } from "../../engine/logs/summary";
import { addTaken } from "../../features/room/add-taken";
import { folderOf } from "../../lib/stored-folder";
import type { LogType, StepKind } from "../../model/states";
import { createLocalStorage } from "../../storage/local";
import { openStorage } from "../../storage/open-storage";
import { readChunks } from "./log-chunks";

interface Live extends Record<string, unknown> {
  attempt_id: string;
  number: number;
  run_name: string;
  step_id: string;
  step_name: string;
  kind: StepKind;
  phase: string;
  status: "completed" | "failed";
  output: unknown;
  error_message: string | null;
  exit_code: number | null;
  signal: string | null;
  started_ms: number;
  ended_ms: number;
  project_id: string;
  path: string;
  /** The attempt's logs that are still rows. */
  types: LogType[];
}

/**
 * Turns the logs of a run's ended attempts into files, byte for byte, and deletes their rows afterwards. Where that
 * fails the rows stay. Throws then, so that the job is tried again.
 */
export async function fileLogs(db: Db, run_id: string): Promise<void> {
  const faults: unknown[] = [];
  for (const live of await listLive(db, run_id)) {
    await fileLog(db, run_id, live).catch((error: unknown) => faults.push(error));
  }
  if (faults.length > 0) throw new AggregateError(faults, `logs of run ${run_id} are no files yet`);
}

/** Ended attempts whose logs are still rows. */
async function listLive(db: Db, run_id: string): Promise<Live[]> {
  const { rows } = await db.execute<Live>(sql`
    select a.id as attempt_id, a.number, r.name as run_name, s.step_id, s.name as step_name, s.kind, s.phase,
      a.status, a.output, a.error_message, a.exit_code, a.signal, p.id as project_id, p.path,
      extract(epoch from a.started_at)::float8 * 1000 as started_ms,
      extract(epoch from coalesce(a.completed_at, a.updated_at))::float8 * 1000 as ended_ms,
      array(select distinct type from workflow_log_chunks where attempt_id = a.id) as types
    from workflow_runs r
    join projects p on p.id = r.project_id
    join workflow_run_steps s on s.workflow_run_id = r.id
    join workflow_run_step_attempts a on a.workflow_run_step_id = s.id
    where r.id = ${run_id} and a.status <> 'running'
      and exists (select 1 from workflow_log_chunks where attempt_id = a.id)
    order by s.position, a.number`);
  return rows;
}

async function fileLog(db: Db, run_id: string, live: Live): Promise<void> {
  const { attempt_id, number, step_id, project_id, types } = live;
  const path = folderOf(live.path);
  const storage = openStorage({ id: project_id, path });
  // Removes files that a killed worker left half-written.
  await createLocalStorage(path).deleteTemporary(logDirectoryKey(run_id, step_id, number), { deep: false });
  let bytes = 0;
  for (const type of types) {
    bytes += await storage.put(logKey(run_id, step_id, number, type), readChunks(db, attempt_id, type));
  }
  for (const [type, text] of missing(run_id, live))
    bytes += await storage.put(logKey(run_id, step_id, number, type), Buffer.from(text));
  // Together, so that no log is counted twice when this is done again.
  await db.transaction(async (tx) => {
    await tx.execute(
      sql`update workflow_run_step_attempts set log_bytes = ${bytes}::bigint where id = ${attempt_id}`,
    );
    await tx.execute(sql`
      with filed as (delete from workflow_log_chunks where attempt_id = ${attempt_id} returning 1)
      update workflow_runs set log_bytes = coalesce(log_bytes, 0) + ${bytes}::bigint
      where id = ${run_id} and exists (select from filed)`);
  });
  await addTaken(db, project_id, "logs_bytes", bytes);
  // The run may have been deleted meanwhile; writing has made its folder again.
  const { rows: there } = await db.execute(sql`select 1 from workflow_runs where id = ${run_id}`);
  if (there.length === 0) await storage.deletePrefix(runKey(run_id));
}

/** Logs that the attempt's worker did not write: it died, or the step printed nothing. */
function missing(run_id: string, live: Live): [LogType, string][] {
  const { number, run_name, step_id, step_name: name, kind, phase, status, output, exit_code, signal } = live;
  const facts = {
    claim: { run: { id: run_id, name: run_name } },
    step: { id: step_id, name, kind, phase },
    number,
  };
  const error_message = live.error_message ?? "Unknown";
  const summary = summaryOf(
    facts,
    { status, output, exit_code, signal, error_message },
    live.started_ms,
    live.ended_ms,
  );
  const texts: [LogType, string][] = [
    ["events", ""],
    ["output", `${JSON.stringify(output, null, 2)}\n`],
    ["summary", summary],
  ];
  return texts.filter(([type]) => !live.types.includes(type));
}
