import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sql } from "drizzle-orm";
import { artifactsKey, logKey } from "../engine/logs/paths";
import { countRuns, type Seed } from "./seed";
import type { Subject } from "./subject";

/** What a company leaves in a year. */
export interface Year {
  /** Runs of all projects; the largest project has a tenth of them. */
  runs: number;
  events: number;
  days: number;
  /** Every so many runs, one has a log and an artifact on the disk. */
  files_every: number;
}

export const YEAR: Year = { runs: 1_000_000, events: 5_000_000, days: 365, files_every: 100 };

/** A database to fill, of this version or an older one. */
export type Filled = Pick<Subject, "db" | "userId">;

/** `path`: the project's folder, for files; without it none are written. */
export interface FilledSeed extends Seed {
  path?: string;
}

/** Of each hundred runs: how they ended. */
const FAILED = 8;
const CANCELLED = 4;
/** Rows of one statement, so that no transaction becomes very large. */
const BATCH = 100_000;
const LOG_BYTES = 4_096;

/**
 * Fills the projects with runs that ended evenly over the year, newest first, with two steps and attempts each, and
 * with events. The first project gets a tenth of all, the others share the rest.
 */
export async function fillYear(subject: Filled, seeds: FilledSeed[], year: Year): Promise<void> {
  const [largest, ...others] = seeds;
  if (!largest || others.length === 0) throw new Error("a year needs two projects");
  const { rows } = await subject.db.execute(sql`select 1 from pg_tables where tablename = 'run_counts'`);
  const hasCounts = rows.length > 0;
  const tenth = Math.round(year.runs / 10);
  const share = Math.floor((year.runs - tenth) / others.length);
  for (const [index, seed] of seeds.entries()) {
    const runs = index === 0 ? tenth : share;
    for (let done = 0; done < runs; done += BATCH) {
      await insertRuns(subject, seed, index, done, Math.min(BATCH, runs - done), runs, year.days);
    }
    if (hasCounts) await subject.db.transaction((tx) => countRuns(tx, seed.projectId));
    await insertEvents(subject, seed, index, Math.round((year.events * runs) / year.runs), runs, year.days);
    if (seed.path) await writeFiles(subject, seed, seed.path, index, runs, year.files_every);
  }
  await subject.db.execute(sql`vacuum analyze`);
}

/** The id of a project's run by its place from the newest; the same in SQL and here. */
const runId = (project: number, place: number) =>
  `r${project.toString(16).padStart(3, "0")}${place.toString(16).padStart(20, "0")}`;

async function insertRuns(
  subject: Filled,
  { projectId, definitionId }: Seed,
  project: number,
  from: number,
  count: number,
  all: number,
  days: number,
): Promise<void> {
  const prefix = runId(project, 0).slice(0, 4);
  await subject.db.transaction(async (tx) => {
    // Disable triggers: they allow no row to be inserted in a finished state.
    await tx.execute(sql`set local session_replication_role = replica`);
    await tx.execute(sql`
      insert into workflow_runs (id, project_id, user_id, workflow_definition_id, revision, number, name, args,
                                 current_phase, current_step_index, status, error_message, queued_at, started_at,
                                 completed_at, cancelled_at, created_at, updated_at)
      select ${prefix} || lpad(to_hex(n), 20, '0'), ${projectId}, ${subject.userId}, ${definitionId}, 1,
             ${all}::int - n, 'Run ' || n, '{}', 'work', 2, status,
             case status when 'failed' then 'Exited with code 1' end, t, t, t + interval '3 s',
             case status when 'cancelled' then t + interval '3 s' end, t, t + interval '3 s'
      from (select n, now() - (n + 1) * (${days} * interval '1 day') / ${all}::int as t,
                   case when n % 100 < ${FAILED} then 'failed' when n % 100 < ${FAILED + CANCELLED} then 'cancelled'
                        else 'completed' end as status
            from generate_series(${from}::int, ${from + count - 1}::int) n) numbered`);
    await tx.execute(
      sql`update projects set run_seq = greatest(run_seq, ${all}::int) where id = ${projectId}`,
    );
    await tx.execute(sql`
      insert into workflow_run_steps (id, workflow_run_id, step_id, name, kind, phase, position, status, attempt,
                                      started_at, completed_at, created_at, updated_at)
      select 's' || position || substr(r.id, 2), r.id, step_id, step_id, 'script', 'work', position,
             case r.status when 'cancelled' then 'skipped' else r.status end, 1,
             r.started_at, r.completed_at, r.created_at, r.updated_at
      from workflow_runs r cross join (values (0, 'hello'), (1, 'again')) as step (position, step_id)
      where r.project_id = ${projectId} and r.number between ${all - from - count + 1}::int and ${all - from}::int`);
    await tx.execute(sql`
      insert into workflow_run_step_attempts (id, workflow_run_step_id, number, status, exit_code, log_directory_path,
                                              started_at, completed_at, created_at, updated_at)
      select 'a' || substr(s.id, 2), s.id, 1, s.status, 0,
             '.agent/workflows/executions/' || r.id || '/logs/' || s.step_id || '/1',
             r.started_at, r.completed_at, r.created_at, r.updated_at
      from workflow_runs r join workflow_run_steps s on s.workflow_run_id = r.id
      where r.project_id = ${projectId} and r.number between ${all - from - count + 1}::int and ${all - from}::int`);
  });
}

async function insertEvents(
  subject: Filled,
  { projectId }: Seed,
  project: number,
  count: number,
  runs: number,
  days: number,
): Promise<void> {
  const prefix = runId(project, 0).slice(0, 4);
  await subject.db.execute(sql`
    with first as (
      update projects set event_seq = event_seq + ${count}::int where id = ${projectId}
      returning event_seq - ${count}::int as seq
    )
    insert into workflow_events (project_id, seq, type, workflow_run_id, data, actor_id, created_at)
    select ${projectId}, first.seq + n, 'workflow.execution.status_changed',
           ${prefix} || lpad(to_hex((${runs}::int - 1) - (n - 1) * ${runs}::bigint / ${count}::int), 20, '0'),
           jsonb_build_object('execution_id', ${prefix} || 'x', 'project_id', ${projectId}::text, 'status', 'completed'), ${subject.userId},
           now() - (${count}::int - n) * (${days} * interval '1 day') / ${count}::int
    from first, generate_series(1, ${count}::int) n`);
}

/** A log and an artifact of every so many runs, as files with their rows. */
async function writeFiles(
  subject: Filled,
  { projectId }: Seed,
  path: string,
  project: number,
  runs: number,
  every: number,
): Promise<void> {
  const line = `${JSON.stringify({ t: "2026-01-01T00:00:00.000Z", stream: "stdout", text: "x".repeat(100) })}\n`;
  const log = line.repeat(Math.ceil(LOG_BYTES / line.length));
  for (let place = 0; place < runs; place += every) {
    const id = runId(project, place);
    for (const key of [logKey(id, "hello", 1, "events"), `${artifactsKey(id, "hello")}/report.txt`]) {
      await mkdir(dirname(join(path, key)), { recursive: true });
      await writeFile(join(path, key), log);
    }
  }
  await subject.db.execute(sql`
    insert into workflow_artifacts (id, workflow_run_step_id, name, file_path, file_type, mime_type, size_bytes, sha256)
    select 'f' || substr(s.id, 2), s.id, 'report.txt',
           '.agent/workflows/executions/' || s.workflow_run_id || '/artifacts/hello/report.txt', 'document',
           'text/plain', ${log.length}::int, repeat('0', 64)
    from workflow_run_steps s join workflow_runs r on r.id = s.workflow_run_id
    where r.project_id = ${projectId} and s.step_id = 'hello' and (${runs}::int - r.number) % ${every}::int = 0`);
}
