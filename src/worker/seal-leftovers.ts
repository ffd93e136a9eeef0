import { type SQL, sql } from "drizzle-orm";
import { escapeLiteral } from "pg";
import type { Db } from "../db/client";
import type { LogFileType } from "../engine/logs/log-files";
import { logDirectoryKey, logKey } from "../engine/logs/paths";
import { summaryOf } from "../engine/logs/summary";
import type { RecordedResult } from "../engine/ports";
import type { StepKind } from "../engine/states";
import { logger } from "../lib/logger";
import { createLocalStorage } from "../storage/local";
import { openStorage } from "../storage/open-storage";
import type { Content } from "../storage/storage";
import { readChunks } from "./log-chunks";

const ATTEMPTS_A_ROUND = 50;

/** An attempt whose live log nobody writes to any more. */
interface Leftover {
  number: number;
  step_id: string;
  run_id: string;
  project_id: string;
  path: string;
  run_name: string;
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
}

interface Live extends Record<string, unknown> {
  attempt_id: string;
  types: LogFileType[];
  /** Null where it is not to be sealed, or not by this worker. */
  leftover: Leftover | null;
}

/**
 * Makes files on disk of the live logs of attempts that have ended: those that were shown as files and are not on
 * disk yet, and what nobody holds: of a worker that died after a cancel, of a disk that was full. Where that
 * fails they stay live, and are read from there. `worker_id`: those of other workers that are alive are theirs,
 * and those of workers that are gone the eldest's, since two that write the same would get in each other's way.
 */
export async function sealLeftovers(db: Db, worker_id: string | null = null): Promise<void> {
  // Each is come by once, so one of which no file can be made holds nobody up.
  for (let after = ""; ; ) {
    const round = await listLive(db, worker_id, after);
    for (const { attempt_id, types, leftover } of round) {
      if (leftover) await seal(db, attempt_id, types, leftover);
    }
    const last = round.at(-1);
    if (!last) return;
    after = last.attempt_id;
  }
}

/**
 * The next attempts that have rows, by their ids. Nothing in it is a parameter, so that it is planned each time, by
 * how large the tables are then: they fill and empty too fast for a plan, or statistics, that are minutes old.
 */
async function listLive(db: Db, worker_id: string | null, after: string): Promise<Live[]> {
  const worker = worker_id === null ? sql.raw("null::text") : literal(worker_id);
  return db.execute<Live>(sql`
    select live.attempt_id,
           array(select distinct type from workflow_log_chunks where attempt_id = live.attempt_id) as types,
           (select to_jsonb(due) from (
             select a.number, s.step_id, r.id as run_id, p.id as project_id, p.path,
                    r.name as run_name, s.name as step_name, s.kind, s.phase,
                    a.status, a.output, a.error_message, a.exit_code, a.signal,
                    extract(epoch from a.started_at) * 1000 as started_ms,
                    extract(epoch from coalesce(a.completed_at, a.updated_at)) * 1000 as ended_ms
             from workflow_run_step_attempts a
             join workflow_run_steps s on s.id = a.workflow_run_step_id
             join workflow_runs r on r.id = s.workflow_run_id
             join projects p on p.id = r.project_id
             where a.id = live.attempt_id and a.status <> 'running'
               and (exists (
                   select 1 from workflow_log_chunks where attempt_id = live.attempt_id and type = 'summary')
                 or (r.claimed_by is null and a.updated_at < clock_timestamp() - interval '10 seconds'))
               and (${worker} is null or a.worker_id is not distinct from ${worker}
                 or (not exists (select 1 from workers w where w.id = a.worker_id)
                   and ${worker} = (select w.id from workers w order by w.started_at, w.id limit 1)))
           ) due) as leftover
    from (
      select distinct attempt_id from workflow_log_chunks where attempt_id > ${literal(after)}
      order by attempt_id limit ${sql.raw(String(ATTEMPTS_A_ROUND))}
    ) live
    order by live.attempt_id`);
}

function literal(value: string): SQL {
  return sql.raw(escapeLiteral(value));
}

async function seal(db: Db, attempt_id: string, types: LogFileType[], leftover: Leftover): Promise<void> {
  const { number, step_id, run_id, project_id, path } = leftover;
  const storage = openStorage({ id: project_id, path });
  const put = (type: LogFileType, content: Content) =>
    storage.put(logKey(run_id, step_id, number, type), content);
  try {
    // Of one that died in the midst of this.
    const folder = logDirectoryKey(run_id, step_id, number);
    await createLocalStorage(path).deleteTemporary(folder, { deep: false });
    const empty = types.includes("events") ? [] : ["events" as const];
    for (const type of [...types, ...empty]) await put(type, readChunks(db, attempt_id, type));
    // Whoever held it did not come to write how it ended.
    if (!types.includes("output")) await put("output", `${JSON.stringify(leftover.output, null, 2)}\n`);
    if (!types.includes("summary")) await put("summary", summaryOfLeftover(leftover));
    await db.execute(sql`
      delete from workflow_log_chunks where attempt_id = ${attempt_id} and exists (
        select 1 from workflow_run_step_attempts a where a.id = ${attempt_id} and a.status <> 'running')`);
  } catch (error) {
    logger.debug({ err: error, run_id, step_id }, "a log stays live");
  }
}

function summaryOfLeftover(leftover: Leftover): string {
  const { run_id, run_name, step_id, step_name, kind, phase, number } = leftover;
  const { output, exit_code, signal } = leftover;
  const facts = {
    claim: { run: { id: run_id, name: run_name } },
    step: { id: step_id, name: step_name, kind, phase },
    number,
  };
  const result: RecordedResult =
    leftover.status === "completed"
      ? { status: "completed", output, exit_code, signal }
      : { status: "failed", output, exit_code, signal, error_message: leftover.error_message ?? "Unknown" };
  return summaryOf(facts, result, leftover.started_ms, leftover.ended_ms);
}
