import { sql } from "drizzle-orm";
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

const ATTEMPTS_A_ROUND = 20;

interface Leftover extends Record<string, unknown> {
  attempt_id: string;
  number: number;
  step_id: string;
  run_id: string;
  project_id: string;
  path: string;
  types: LogFileType[];
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

/** Rounds at a time; what is left then waits for the next time. */
const ROUNDS = 25;

/**
 * Makes files on disk of the live logs of attempts that have ended: those that were shown as files and are not on
 * disk yet, and what nobody holds: of a worker that died after a cancel, of a disk that was full. Where that
 * fails they stay live, and are read from there. `worker_id`: those of other workers that are alive are theirs,
 * and those of workers that are gone the eldest's, since two that write the same would get in each other's way.
 */
export async function sealLeftovers(db: Db, worker_id: string | null = null): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    if ((await sealSome(db, worker_id)) < ATTEMPTS_A_ROUND) return;
  }
}

/** Gives how many were made files of. In any order, so that those of which none can be made hold nobody up. */
async function sealSome(db: Db, worker_id: string | null): Promise<number> {
  let made = 0;
  const leftovers = await db.execute<Leftover>(sql`
    select a.id as attempt_id, a.number, s.step_id, r.id as run_id, p.id as project_id, p.path, c.types,
           r.name as run_name, s.name as step_name, s.kind, s.phase,
           a.status, a.output, a.error_message, a.exit_code, a.signal,
           (extract(epoch from a.started_at) * 1000)::float8 as started_ms,
           (extract(epoch from coalesce(a.completed_at, a.updated_at)) * 1000)::float8 as ended_ms
    from (
      select attempt_id, array_agg(distinct type) as types from workflow_log_chunks group by attempt_id
    ) c
    join workflow_run_step_attempts a on a.id = c.attempt_id
    join workflow_run_steps s on s.id = a.workflow_run_step_id
    join workflow_runs r on r.id = s.workflow_run_id
    join projects p on p.id = r.project_id
    where a.status <> 'running'
      and ('summary' = any(c.types)
        or (r.claimed_by is null and a.updated_at < clock_timestamp() - interval '10 seconds'))
      and (${worker_id}::text is null or a.worker_id is not distinct from ${worker_id}
        or (not exists (select 1 from workers w where w.id = a.worker_id)
          and ${worker_id} = (select w.id from workers w order by w.started_at, w.id limit 1)))
    order by random() limit ${ATTEMPTS_A_ROUND}`);
  for (const leftover of leftovers) {
    const { attempt_id, number, step_id, run_id, project_id, path, types } = leftover;
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
      made++;
    } catch (error) {
      logger.debug({ err: error, run_id, step_id }, "a log stays live");
    }
  }
  return made;
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
