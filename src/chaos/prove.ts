import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { parseMark } from "../engine/steps/mark";
import { listTree } from "../lib/process-tree";
import { canRunBecome, canStepBecome, isRunEnded, type RunStatus, type StepStatus } from "../model/states";
import { findDisagreements } from "../queue/disagreements";
import { isWorker, readChanges, type StatusChange } from "./audit";
import { type Call, readCalls } from "./calls";
import type { Expected, Row } from "./expected";
import { QUICK } from "./mix";
import { proveEvents } from "./prove-events";
import { proveFiles } from "./prove-files";

/**
 * Proves from the call log and the database that nothing was lost, done twice or written too late; gives each violation
 * in words. The workers must have stopped.
 */
export async function prove(db: Db, path: string, expected: Map<string, Expected>): Promise<string[]> {
  const { rows: runs } = await db.execute<Row>(
    sql`select id, status, error_message from workflow_runs order by created_at`,
  );
  const changes = await readChanges(db);
  const calls = await readCalls(path);
  return [
    ...proveEnds(runs, expected),
    ...proveTransitions(changes),
    ...proveFencing(changes),
    ...(await proveResults(db)),
    ...proveCalls(calls, changes),
    ...(await proveSeen(db, calls)),
    ...(await proveEvents(db, changes)),
    ...(await proveFiles(db, path, runs, expected)),
    ...(await proveCounts(db)),
    ...(await proveNothingLeft(db, path, runs)),
  ];
}

/** The counts that stand on the board are those of the rows. */
async function proveCounts(db: Db): Promise<string[]> {
  const { rows } = await db.execute<{ status: string; counted: number; there: number }>(sql`
    select status, coalesce(counted, 0)::int as counted, coalesce(there, 0)::int as there
    from (select status, sum(amount) as counted from run_counts group by 1) c
    full join (select status, count(*) as there from workflow_runs group by 1) r using (status)
    where coalesce(counted, 0) <> coalesce(there, 0)`);
  return rows.map(
    ({ status, counted, there }) => `${counted} runs are counted as ${status}, and ${there} are`,
  );
}

function proveEnds(runs: Row[], expected: Map<string, Expected>): string[] {
  const there = new Map(runs.map((run) => [run.id, run]));
  const lost = [...expected.keys()]
    .filter((id) => !there.has(id))
    .map((id) => `run ${id} was accepted and is gone`);
  return [
    ...lost,
    ...runs.flatMap(({ id, status, error_message }) => {
      const due = expected.get(id);
      const ends = due?.ends ?? ["completed", "failed", "cancelled"];
      if (isRunEnded(status) && ends.includes(status)) return [];
      const why = error_message ? ` (${error_message})` : "";
      return [
        `run ${id} of kind ${due?.kind ?? "unknown"} is ${status}${why}, and was to be ${ends.join(" or ")}`,
      ];
    }),
  ];
}

function proveTransitions(changes: StatusChange[]): string[] {
  return changes.flatMap(({ n, kind, id, before, status }) => {
    if (kind === "attempt") {
      const isRight = before === null ? status === "running" : before === "running";
      return isRight ? [] : [`change ${n}: attempt ${id} went from ${before} to ${status}`];
    }
    if (before === null) return status === "pending" ? [] : [`change ${n}: ${kind} ${id} began as ${status}`];
    const can =
      kind === "run"
        ? before === status || canRunBecome(before as RunStatus, status as RunStatus)
        : canStepBecome(before as StepStatus, status as StepStatus);
    return can ? [] : [`change ${n}: ${kind} ${id} went from ${before} to ${status}`];
  });
}

/** Epochs only rise, and a worker wrote to a run only while it held the run's claim. */
function proveFencing(changes: StatusChange[]): string[] {
  const faults: string[] = [];
  const epochs = new Map<string, number>();
  for (const { n, kind, run_id, id, role, holder, epoch, before, status } of changes) {
    if (epoch < (epochs.get(run_id) ?? 0))
      faults.push(`change ${n}: the epoch of run ${run_id} fell to ${epoch}`);
    epochs.set(run_id, epoch);
    if (before !== null && isWorker(role) && holder !== role) {
      faults.push(
        `change ${n}: ${role} took ${kind} ${id} from ${before} to ${status}, and ${holder} held its run`,
      );
    }
  }
  return faults;
}

/** Each step has one result: at most one attempt completed, and the step's row agrees with its newest attempt. */
async function proveResults(db: Db): Promise<string[]> {
  const { rows } = await db.execute<{ run_id: string; step_id: string; what: string }>(sql`
    select s.workflow_run_id as run_id, s.step_id,
           'is ' || s.status || ' with attempts ' || string_agg(a.status, ', ' order by a.number) as what
    from workflow_run_steps s left join workflow_run_step_attempts a on a.workflow_run_step_id = s.id
    group by s.id
    having count(*) filter (where a.status = 'completed') > 1
      or count(a.id) <> s.attempt or coalesce(max(a.number), 0) <> s.attempt
      or (s.attempt > 0 and s.status <> 'skipped' and (array_agg(a.status order by a.number desc))[1] <> s.status)
      or count(*) filter (where a.status = 'running') > 0
      or (s.attempt > 0 and ((array_agg(a.output::text order by a.number desc))[1] is distinct from s.output::text))`);
  return rows.map(({ run_id, step_id, what }) => `step ${step_id} of run ${run_id} ${what}`);
}

function proveCalls(calls: Call[], changes: StatusChange[]): string[] {
  const faults: string[] = [];
  const ended = new Map<string, StatusChange>();
  for (const change of changes) {
    if (change.kind !== "attempt" || change.before === null) continue;
    ended.set(`${change.run_id}:${change.step_id}:${change.attempt}`, change);
  }
  const said = new Map<string, { begins: Map<number, number>; ends: number }>();
  for (const { what, run_id, step_id, attempt, epoch, at } of calls) {
    const key = `${run_id}:${step_id}:${attempt}`;
    const own = said.get(key) ?? { begins: new Map(), ends: 0 };
    said.set(key, own);
    if (what === "end") {
      own.ends++;
      continue;
    }
    own.begins.set(epoch, (own.begins.get(epoch) ?? 0) + 1);
    if ((own.begins.get(epoch) ?? 0) > 1) faults.push(`${key} ran twice under the claim of epoch ${epoch}`);
    const end = ended.get(key);
    if (end?.status === "completed" && at > end.at) {
      faults.push(`${key} ran again ${Math.round(at - end.at)} ms after it was recorded as completed`);
    }
    if (end && epoch > end.epoch)
      faults.push(`${key} ran under epoch ${epoch}, and had ended under ${end.epoch}`);
  }
  for (const [key, { status, step_id }] of ended) {
    const own = said.get(key);
    if (status === "completed" && !own?.ends && !isSilent(step_id ?? "")) {
      faults.push(`${key} is recorded as completed, and its body never came to its end`);
    }
  }
  return faults;
}

/** The value that a step got from the step before is that step's recorded output, however often either ran. */
async function proveSeen(db: Db, calls: Call[]): Promise<string[]> {
  const { rows } = await db.execute<{ key: string; output: unknown }>(sql`
    select workflow_run_id || ':' || step_id as key, output from workflow_run_steps
    where status = 'completed' and step_id like ${`${QUICK}%`}`);
  const outputs = new Map(rows.map(({ key, output }) => [key, output]));
  return calls.flatMap(({ what, run_id, step_id, saw }) => {
    if (what !== "begin" || saw === null) return [];
    const before = `${QUICK}${Number(step_id.slice(QUICK.length)) - 1}`;
    const output = outputs.get(`${run_id}:${before}`);
    if (output === saw) return [];
    return [`${step_id} of run ${run_id} was given ${saw} of ${before}, which is recorded as ${output}`];
  });
}

/** Steps whose bodies log nothing: waits. */
const isSilent = (step_id: string) => step_id === "ask" || step_id.startsWith("sleep-");

async function proveNothingLeft(db: Db, path: string, runs: Row[]): Promise<string[]> {
  const faults = (await findDisagreements(db)).map(({ kind, ids }) => `${kind}: ${ids.join(", ")}`);
  const [left] = (
    await db.execute<Record<string, number>>(sql`
    select (select count(*) from workflow_log_chunks)::int as chunks,
           (select count(*) from workflow_journal)::int as kept_entries,
           (select count(*) from storage_deletions)::int as notes,
           (select count(*) from graphile_worker.jobs j left join workflow_runs r on j.key in ('run:' || r.id, 'logs:' || r.id)
            where r.id is null or r.status not in ('completed', 'failed', 'cancelled'))::int as jobs,
           (select count(*) from workflow_runs where claimed_by is not null)::int as claims`)
  ).rows;
  for (const [what, count] of Object.entries(left ?? {}))
    if (count > 0) faults.push(`${count} ${what} are left`);
  const ids = new Set(runs.map(({ id }) => id));
  const processes = listTree({ marked: (value) => ids.has(parseMark(value)?.run_id ?? "") });
  if (processes.length > 0) faults.push(`processes are left: ${processes.join(", ")}`);
  const temporary = (await readdir(path, { recursive: true })).filter(isTemporary);
  return [...faults, ...temporary.map((file) => `the temporary file ${join(path, file)} is left`)];
}

/** A half-written file, or one that only lives as long as an attempt. */
const isTemporary = (file: string) => file.endsWith(".tmp") || /executions\/[^/]+\/tmp(\/|$)/.test(file);
