import { type SQL, sql } from "drizzle-orm";
import { escapeLiteral } from "pg";
import type { Db } from "../db/client";
import { LOG_FILES, type LogFileType } from "../engine/logs/log-files";
import { logDirectoryKey, logKey } from "../engine/logs/paths";
import { summaryOf } from "../engine/logs/summary";
import type { RecordedResult } from "../engine/ports";
import type { StepKind } from "../engine/states";
import { logger } from "../lib/logger";
import { readSettings } from "../lib/settings";
import { createLocalStorage } from "../storage/local";
import { openStorage } from "../storage/open-storage";
import type { Content } from "../storage/storage";
import { readChunks } from "./log-chunks";
import { writeFiles } from "./write-files";

const ATTEMPTS_A_ROUND = 50;
/** Logs of an attempt up to this size together, as those are that were shown, are sealed with others. */
const SMALL_BYTES = 256 * 1024;

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
  /** Of all its logs together. */
  bytes: number;
  /** Null where it is not to be sealed, or not by this worker. */
  leftover: Leftover | null;
}

interface Due extends Live {
  leftover: Leftover;
}

export interface SealOptions {
  /**
   * Those of other workers that are alive are theirs, and those of workers that are gone the eldest's, since two
   * that write the same would get in each other's way. Absent: all.
   */
  worker_id?: string;
  /**
   * Milliseconds since the attempt's end. The system writes files to the disk by itself within half a minute; to
   * insist on that sooner costs many times what a run writes, and holds up the commits of whoever shares the disk.
   */
  settled_ms?: number;
  /** Asked between two of them; false leaves the rest for later. */
  goesOn?: () => boolean;
}

/**
 * Makes files on disk of the live logs of attempts that have ended: those that were shown as files and are not on
 * disk yet, and what nobody holds: of a worker that died after a cancel, of a disk that was full. Where that
 * fails they stay live, and are read from there. Gives whether none was left for later.
 */
export async function sealLeftovers(db: Db, options: SealOptions = {}): Promise<boolean> {
  const { goesOn = () => true } = options;
  const isLocal = readSettings().storage === "local";
  let left = 0;
  // Each is come by once, so one of which no file can be made holds nobody up.
  for (let after = ""; goesOn(); ) {
    const round = await listLive(db, options, after);
    const due = round.filter((live): live is Due => live.leftover !== null);
    const isSmall = (live: Due) => isLocal && live.bytes <= SMALL_BYTES;
    await sealSmall(db, due.filter(isSmall), goesOn);
    for (const live of due) {
      if (!isSmall(live) && goesOn()) await sealLarge(db, live);
    }
    const last = round.at(-1);
    if (!last) return left === 0;
    left += round.length - due.length;
    after = last.attempt_id;
  }
  return false;
}

/**
 * The next attempts that have rows, by their ids. Nothing here is a parameter, so that it is planned each time, by
 * how large the tables are then: they fill and empty too fast for a plan, or statistics, that are minutes old.
 */
async function listLive(db: Db, { worker_id, settled_ms = 0 }: SealOptions, after: string): Promise<Live[]> {
  const worker = worker_id === undefined ? sql.raw("null::text") : literal(worker_id);
  const settled = sql.raw(`interval '${settled_ms} milliseconds'`);
  return db.execute<Live>(sql`
    select live.attempt_id,
           array(select distinct type from workflow_log_chunks where attempt_id = live.attempt_id) as types,
           (select sum(length(bytes)) from workflow_log_chunks where attempt_id = live.attempt_id)::int as bytes,
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
               and coalesce(a.completed_at, a.updated_at) <= clock_timestamp() - ${settled}
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

function literals(live: Live[]): SQL {
  return sql.join(
    live.map(({ attempt_id }) => literal(attempt_id)),
    sql`, `,
  );
}

/** The rows of all in one query, and those that are on disk then away in one statement. */
async function sealSmall(db: Db, due: Due[], goesOn: () => boolean): Promise<void> {
  if (due.length === 0) return;
  const rows = await db.execute<{ attempt_id: string; type: LogFileType; bytes: Buffer }>(sql`
    select attempt_id, type, string_agg(bytes, ''::bytea order by "offset") as bytes
    from workflow_log_chunks where attempt_id in (${literals(due)}) group by attempt_id, type`);
  const sealed: Due[] = [];
  // One after the other, so that what a run has to show waits for one of them at most.
  for (const live of due) {
    if (!goesOn()) break;
    const { run_id, step_id, number, path: root } = live.leftover;
    const kept = rows.filter(({ attempt_id }) => attempt_id === live.attempt_id);
    const logs = [...kept, ...missing(live)];
    const files = Object.fromEntries(logs.map(({ type, bytes }) => [LOG_FILES[type], bytes]));
    try {
      await writeFiles({ root, key: logDirectoryKey(run_id, step_id, number), files, lasting: true });
      sealed.push(live);
    } catch (error) {
      staysLive(live, error);
    }
  }
  await deleteRows(db, sealed);
}

/** Piece by piece, since it may be many bytes. */
async function sealLarge(db: Db, live: Due): Promise<void> {
  const { attempt_id, types, leftover } = live;
  const { number, step_id, run_id, project_id, path } = leftover;
  const storage = openStorage({ id: project_id, path });
  const put = (type: LogFileType, content: Content) =>
    storage.put(logKey(run_id, step_id, number, type), content);
  try {
    // Of one that died in the midst of this.
    const folder = logDirectoryKey(run_id, step_id, number);
    await createLocalStorage(path).deleteTemporary(folder, { deep: false });
    for (const type of types) await put(type, readChunks(db, attempt_id, type));
    for (const { type, bytes } of missing(live)) await put(type, bytes);
    await deleteRows(db, [live]);
  } catch (error) {
    staysLive(live, error);
  }
}

async function deleteRows(db: Db, sealed: Due[]): Promise<void> {
  if (sealed.length === 0) return;
  await db.execute(sql`
    delete from workflow_log_chunks c where attempt_id in (${literals(sealed)}) and exists (
      select 1 from workflow_run_step_attempts a where a.id = c.attempt_id and a.status <> 'running')`);
}

function staysLive({ leftover: { run_id, step_id } }: Due, error: unknown): void {
  logger.debug({ err: error, run_id, step_id }, "a log stays live");
}

/** What whoever held it did not come to write, and the events of a step that said nothing. */
function missing({ types, leftover }: Due): { type: LogFileType; bytes: Buffer }[] {
  const made = {
    events: () => "",
    output: () => `${JSON.stringify(leftover.output, null, 2)}\n`,
    summary: () => summaryOfLeftover(leftover),
  };
  return (["events", "output", "summary"] as const)
    .filter((type) => !types.includes(type))
    .map((type) => ({ type, bytes: Buffer.from(made[type]()) }));
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
