import { type SQL, sql } from "drizzle-orm";
import { type ProjectScope, workerScope } from "../auth/scope";
import type { Db, Tx } from "../db/client";
import {
  type Change,
  type Claim,
  ClaimLost,
  type FinishedAttempt,
  StaleState,
  type StartedAttempt,
} from "../engine/ports";
import type { RunStatus } from "../engine/states";
import { afterCommit, emit, sendLast, transact } from "../events/emit";
import { wakerOf } from "../events/wake";
import { logger } from "../lib/logger";
import { enqueueNext } from "../queue/enqueue-next";
import { insertArtifacts } from "./artifacts/insert-artifacts";
import { sqlState } from "./reach";
import {
  againWrite,
  asserted,
  endSessionWrite,
  finishWrite,
  insertStepWrite,
  runColumns,
  skipWrite,
  startWrite,
  told,
} from "./run-writes";
import { type Facts, type Seen, secretsVersion, type Untold } from "./seen";

const DIVISION_BY_ZERO = "22012";

/** A body that is over sooner is told of with its end. */
const TELL_MS = 20;

/**
 * Writes one change of a run with its events, where the claim still stands; see `RunStore.record`. What the
 * rows will most likely say is asserted and sent with all that follows, in one round trip; where they say
 * something else nothing is written, and they are asked.
 */
export async function recordChange(db: Db, claim: Claim, change: Change, seen: Seen): Promise<RunStatus> {
  await seen.telling;
  const facts = seen.facts;
  const untold = seen.untold.splice(0);
  seen.facts = null;
  try {
    if (facts && (await recordAsSeen(db, claim, change, { facts, untold }))) {
      seen.facts = { ...facts, current_phase: phaseAfter(change, facts) };
      if (isQuiet(change)) {
        seen.untold.push(...untold, { started: change.started, phaseBefore: facts.current_phase });
        setTimeout(() => void tellUntold(db, claim, seen), TELL_MS).unref();
      }
      return "running";
    }
    const found = await recordAsFound(db, claim, change, untold);
    seen.facts = found.facts;
    return found.status;
  } catch (error) {
    seen.untold.unshift(...untold);
    throw error;
  }
}

/**
 * Only functions start. Their record need not be on disk before they run: where the server loses it with its
 * power, the next record finds so, and they run again, as after any other interruption. What is told may not be
 * lost, so their events wait for the next record, or a moment.
 */
function isQuiet({ finished, skipped, started, ended }: Change): boolean {
  const starts = started.every(
    ({ definition, waiting }) => definition.kind === "function" && waiting === null,
  );
  return starts && !ended && finished.length + skipped.length === 0;
}

/** Tells of what was started without a word. What cannot be told is lost with its claim. */
export function tellUntold(db: Db, claim: Claim, seen: Seen): Promise<void> {
  const untold = seen.untold.splice(0);
  if (untold.length === 0) return seen.telling;
  const { run, epoch, worker_id } = claim;
  const telling = transact(db, async (tx) => {
    sendLast(
      tx,
      sql`with run as (
        select 1 from workflow_runs
        where id = ${run.id} and epoch = ${epoch} and claimed_by = ${worker_id} and status in ('running', 'paused')
        for no key update
      ) ${asserted(["run"])}`,
    );
    tellStarts(db, tx, claim, untold);
  });
  seen.telling = telling.catch((error: unknown) => {
    if (sqlState(error) !== DIVISION_BY_ZERO) seen.untold.unshift(...untold);
    logger.debug({ err: error, run_id: run.id }, "a start is told of later");
  });
  return seen.telling;
}

function tellStarts(db: Db, tx: Tx, claim: Claim, untold: Untold[]): void {
  for (const { started, phaseBefore } of untold) {
    tellOf(db, tx, claim, { finished: [], skipped: [], started, ended: null }, phaseBefore);
  }
}

/** False where the rows say something else than they are said to; then nothing is written. */
async function recordAsSeen(
  db: Db,
  claim: Claim,
  change: Change,
  { facts, untold }: { facts: Facts; untold: Untold[] },
): Promise<boolean> {
  if (change.ended || change.finished.some((attempt) => attempt.artifacts.length > 0)) return false;
  const { run, epoch, worker_id } = claim;
  const quiet = isQuiet(change);
  const recorded = transact(db, async (tx) => {
    if (quiet) sendLast(tx, sql`set local synchronous_commit = off`);
    sendLast(
      tx,
      sql`with run as (
        update workflow_runs set ${runColumns(claim, change, true)}
        where id = ${run.id} and epoch = ${epoch} and claimed_by = ${worker_id} and status = 'running'
          and current_phase is not distinct from ${facts.current_phase}
          and ${secretsVersion(run.project.id)} = ${facts.secrets}
        returning 1
      ) ${asserted(["run"])}`,
    );
    for (const attempt of change.finished) {
      sendLast(tx, finishWrite(attempt, asserted));
      for (const write of writesAfterEnd(attempt)) sendLast(tx, write);
    }
    if (change.skipped.length > 0) sendLast(tx, skipWrite(change.skipped));
    sendStarts(tx, claim, change.started);
    if (quiet) return;
    tellStarts(db, tx, claim, untold);
    tellOf(db, tx, claim, change, facts.current_phase);
  });
  return recorded.then(() => true, isNotAsSeen);
}

function isNotAsSeen(error: unknown): false {
  if (sqlState(error) === DIVISION_BY_ZERO) return false;
  throw error;
}

async function recordAsFound(
  db: Db,
  claim: Claim,
  change: Change,
  untold: Untold[],
): Promise<{ status: RunStatus; facts: Facts | null }> {
  const { run } = claim;
  return transact(db, async (tx) => {
    const before = await lockClaimed(tx, claim);
    const { status, secrets } = before;
    if (status !== "running" && status !== "paused") return { status, facts: null };
    const goesOn = status === "running";
    const { finished } = change;
    // A paused run takes the attempts' ends alone.
    const { skipped, started, ended } = goesOn ? change : { skipped: [], started: [], ended: null };

    // Sent without waiting for each other: one round trip, in this order on the one connection.
    await Promise.all([
      ...finished.flatMap((attempt) => [
        finish(tx, attempt),
        ...writesAfterEnd(attempt).map((w) => send(tx, w)),
      ]),
      ...(skipped.length > 0 ? [send(tx, skipWrite(skipped))] : []),
      ...started.flatMap((attempt) => [
        ...(attempt.step.is_new ? [send(tx, insertStepWrite(claim, attempt))] : []),
        start(tx, claim, attempt),
      ]),
      send(
        tx,
        sql`update workflow_runs set ${runColumns(claim, { ...change, started, ended }, goesOn)} where id = ${run.id}`,
      ),
    ]);
    if (ended) await enqueueNext(tx, run.project.id);
    const scope = scopeOf(claim);
    for (const attempt of finished) await insertArtifacts(tx, scope, run.id, attempt);
    tellStarts(db, tx, claim, untold);
    tellOf(db, tx, claim, { finished, skipped, started, ended }, before.current_phase);
    const facts = goesOn ? { current_phase: phaseAfter({ started }, before), secrets } : null;
    return { status: ended?.status ?? status, facts };
  });
}

/** Has a started attempt's rows made at the transaction's end; the run's lock is held by then. */
export function sendStarts(tx: Tx, claim: Claim, started: StartedAttempt[]): void {
  for (const attempt of started) {
    if (attempt.step.is_new) sendLast(tx, insertStepWrite(claim, attempt));
    sendLast(tx, startWrite(claim, attempt, asserted));
  }
}

/** The events of a change, and the wake-up of who follows the logs that it ends. */
export function tellOf(
  db: Db,
  tx: Tx,
  claim: Claim,
  { finished, skipped, started, ended }: Omit<Change, "steps_ended">,
  phaseBefore: string | null,
): void {
  const scope = scopeOf(claim);
  const execution_id = claim.run.id;
  for (const attempt of finished) {
    const status = attempt.again ? "pending" : attempt.result.status;
    emit(tx, scope, "workflow.step.completed", { execution_id, step_id: attempt.step.step_id, status });
    afterCommit(tx, () => wakerOf(db.$client).wake("logs", attempt.attempt_id));
  }
  for (const { step_id } of skipped) {
    emit(tx, scope, "workflow.step.completed", { execution_id, step_id, status: "skipped" });
  }
  const current_phase = phaseAfter({ started }, { current_phase: phaseBefore });
  if (current_phase !== null && current_phase !== phaseBefore) {
    emit(tx, scope, "workflow.execution.phase_changed", { execution_id, current_phase });
  }
  for (const { definition, waiting } of started) {
    const { id, name, phase } = definition;
    emit(tx, scope, "workflow.step.started", { execution_id, step_id: id, step_name: name, phase });
    if (waiting?.for === "approval") {
      emit(tx, scope, "workflow.step.waiting", { execution_id, step_id: id, for: "approval" });
    }
  }
  if (ended) emit(tx, scope, "workflow.execution.status_changed", { execution_id, status: ended.status });
}

export function phaseAfter(
  { started }: Pick<Change, "started">,
  { current_phase }: Pick<Facts, "current_phase">,
): string | null {
  return started.at(-1)?.definition.phase ?? current_phase;
}

function scopeOf({ run, worker_id }: Claim): ProjectScope {
  return workerScope(run.project.id, { type: "worker", worker_id });
}

interface Before extends Record<string, unknown> {
  status: RunStatus;
  current_phase: string | null;
  secrets: string;
}

/** Locks the run's row under this claim; a claim that is void writes nothing. */
async function lockClaimed(tx: Tx, { run, epoch, worker_id }: Claim): Promise<Before> {
  const [before] = await tx.execute<Before>(sql`
    select status, current_phase, ${secretsVersion(run.project.id)} as secrets from workflow_runs
    where id = ${run.id} and epoch = ${epoch} and claimed_by = ${worker_id}
    for no key update`);
  if (!before) throw new ClaimLost(`run ${run.id} is not claimed under epoch ${epoch} any more`);
  return before;
}

async function send(tx: Tx, write: SQL): Promise<void> {
  await tx.execute(write);
}

async function finish(tx: Tx, attempt: FinishedAttempt): Promise<void> {
  const [written] = await tx.execute<{ steps: number; attempts: number }>(finishWrite(attempt, told));
  if (written?.steps === 1 && written.attempts === 1) return;
  const { attempt_id, step } = attempt;
  throw new StaleState(`attempt ${attempt_id} of step ${step.step_id} was not running when it was to end`);
}

async function start(tx: Tx, claim: Claim, attempt: StartedAttempt): Promise<void> {
  const [written] = await tx.execute<{ attempts: number }>(startWrite(claim, attempt, told));
  if (written?.attempts !== 1) throw new Error(`step ${attempt.step.step_id} has no row to start`);
}

function writesAfterEnd({ step, result, session, again }: FinishedAttempt): SQL[] {
  return [
    ...(session ? [endSessionWrite(step, result.status, session.usage)] : []),
    ...(again ? [againWrite(step)] : []),
  ];
}
