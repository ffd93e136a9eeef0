import { type SQL, sql } from "drizzle-orm";
import type { Db, Tx } from "../db/client";
import {
  type Change,
  type Checkpoint,
  type Claim,
  ClaimLost,
  type FinishedAttempt,
  StaleState,
  type StartedAttempt,
} from "../engine/ports";
import type { RunStatus } from "../engine/states";
import { emit, sendLast, transact, wakeAfter, wakeSoon } from "../events/emit";
import { checkpointsWrite, type Told, tellOfCheckpoints } from "../features/runs/commands/record-checkpoints";
import { enqueueNext, nextWrites } from "../queue/enqueue-next";
import { insertArtifacts } from "./artifacts/insert-artifacts";
import { sqlState } from "./reach";
import {
  againWrite,
  asserted,
  endSessionWrite,
  finishWrite,
  insertStepWrite,
  newestStart,
  runColumns,
  skipWrite,
  startWrite,
  told,
} from "./run-writes";
import { type Seen, type SeenByClaims, secretsVersion } from "./seen";
import { isClaimed, scopeOf } from "./under-claim";

const DIVISION_BY_ZERO = "22012";

/**
 * Writes one change of a run with its events, where the claim still stands; see `RunStore.record`. What the
 * rows will most likely say is asserted and sent with all that follows, in one round trip; where they say
 * something else nothing is written, and they are asked.
 */
export async function recordChange(
  db: Db,
  claim: Claim,
  change: Change,
  seen: SeenByClaims,
): Promise<RunStatus> {
  const before = seen.get(claim);
  const isPlain = change.finished.every((attempt) => attempt.artifacts.length === 0);
  if (before && isPlain) {
    try {
      await recordAsSeen(db, claim, change, before);
      seen.set(claim, { ...before, current_phase: phaseAfter(change, before) });
      return change.ended?.status ?? "running";
    } catch (error) {
      seen.delete(claim);
      if (sqlState(error) !== DIVISION_BY_ZERO) throw error;
    }
  }
  return recordAsFound(db, claim, change, seen);
}

async function recordAsSeen(db: Db, claim: Claim, change: Change, before: Seen): Promise<void> {
  const { run } = claim;
  await transact(db, async (tx) => {
    const isAsSeen = sql`${isClaimed(claim)} and status = 'running'
      and write_floor = ${before.floor} and current_phase is not distinct from ${before.current_phase}
      and ${secretsVersion(run.project.id)} = ${before.secrets}`;
    const update = sql`update workflow_runs set ${runColumns(claim, change, true)}`;
    // An end gives the claim up, under which the rest is written.
    const locked = change.ended
      ? sql`select 1 from workflow_runs where ${isAsSeen} for no key update`
      : sql`${update} where ${isAsSeen} returning 1`;
    sendLast(tx, sql`with run as (${locked}) ${asserted(["run"])}`);
    for (const write of writesOf(claim, change.checkpoints)) sendLast(tx, write);
    for (const attempt of change.finished) {
      sendLast(tx, finishWrite(attempt, asserted));
      for (const write of writesAfterEnd(attempt)) sendLast(tx, write);
    }
    if (change.skipped.length > 0) sendLast(tx, skipWrite(change.skipped));
    sendStarts(tx, claim, change.started);
    if (change.ended) {
      for (const write of [sql`${update} where id = ${run.id}`, ...nextWrites(run.project.id)])
        sendLast(tx, write);
    }
    tellOf(tx, claim, change, before.current_phase);
  });
}

async function recordAsFound(db: Db, claim: Claim, change: Change, seen: SeenByClaims): Promise<RunStatus> {
  const { run } = claim;
  let found: Seen | null = null;
  const status = await transact(db, async (tx) => {
    const before = await lockClaimed(tx, claim);
    if (before.status !== "running" && before.status !== "paused") return before.status;
    const goesOn = before.status === "running";
    const { checkpoints, finished } = change;
    // A paused run takes the attempts' ends alone.
    const { skipped, started, ended } = goesOn ? change : { skipped: [], started: [], ended: null };

    // Sent without waiting for each other: one round trip, in this order on the one connection.
    await Promise.all([
      ...writesOf(claim, checkpoints).map((write) => send(tx, write)),
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
    tellOf(tx, claim, { checkpoints, finished, skipped, started, ended }, before.current_phase);
    if (goesOn) {
      const { secrets, floor } = before;
      found = { current_phase: phaseAfter({ checkpoints, started }, before), secrets, floor };
    }
    return ended?.status ?? before.status;
  });
  if (found) seen.set(claim, found);
  return status;
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
  tx: Tx,
  claim: Claim,
  { checkpoints, finished, skipped, started, ended }: Omit<Change, "steps_ended">,
  phaseBefore: string | null,
): void {
  const scope = scopeOf(claim);
  const execution_id = claim.run.id;
  // More is on its way, or they had been recorded by themselves.
  if (finished.length + skipped.length + started.length === 0 && !ended) wakeSoon(tx);
  const phaseBetween = tellOfCheckpoints(tx, scope, execution_id, checkpoints.map(toTold), phaseBefore);
  for (const { finished: ended } of checkpoints) {
    for (const { attempt_id } of ended) wakeAfter(tx, { channel: "logs", id: attempt_id, mayWait: true });
  }
  for (const attempt of finished) {
    const status = attempt.again ? "pending" : attempt.result.status;
    emit(tx, scope, "workflow.step.completed", { execution_id, step_id: attempt.step.step_id, status });
    wakeAfter(tx, { channel: "logs", id: attempt.attempt_id });
  }
  for (const { step_id } of skipped) {
    emit(tx, scope, "workflow.step.completed", { execution_id, step_id, status: "skipped" });
  }
  const current_phase = phaseAfter({ checkpoints: [], started }, { current_phase: phaseBetween });
  if (current_phase !== null && current_phase !== phaseBetween) {
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
  change: Pick<Change, "checkpoints" | "started">,
  { current_phase }: Pick<Seen, "current_phase">,
): string | null {
  return newestStart(change)?.definition.phase ?? current_phase;
}

/** Those that come meanwhile are left to the next change. */
function writesOf({ run }: Claim, checkpoints: Checkpoint[]): SQL[] {
  const last = checkpoints.at(-1)?.ordinal;
  return last === undefined ? [] : [checkpointsWrite(run.id, { last, count: checkpoints.length })];
}

const toTold = ({ finished, started }: Checkpoint): Told => ({
  ended: finished.map(({ step }) => step),
  started: started.map(({ definition: { id, name, phase } }) => ({ step_id: id, name, phase })),
});

interface Before extends Record<string, unknown> {
  status: RunStatus;
  current_phase: string | null;
  secrets: string;
  floor: number;
}

/** Locks the run's row under this claim; a claim that is void writes nothing. */
async function lockClaimed(tx: Tx, claim: Claim): Promise<Before> {
  const { run, epoch } = claim;
  const [before] = await tx.execute<Before>(sql`
    select status, current_phase, write_floor as floor, ${secretsVersion(run.project.id)} as secrets from workflow_runs
    where ${isClaimed(claim)} for no key update`);
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
  const message = `attempt ${attempt_id} of step ${step.step_id} was not running when it was to end`;
  throw step.waiting_for === null ? new Error(message) : new StaleState(message);
}

async function start(tx: Tx, claim: Claim, attempt: StartedAttempt): Promise<void> {
  const [written] = await tx.execute<{ attempts: number }>(startWrite(claim, attempt, told));
  if (written?.attempts !== 1) throw new Error(`step ${attempt.step.step_id} has no row to start`);
}

function writesAfterEnd({ step, result, session, again, again_after_ms = 0 }: FinishedAttempt): SQL[] {
  return [
    ...(session ? [endSessionWrite(step, result.status, session.usage)] : []),
    ...(again ? [againWrite(step, again_after_ms)] : []),
  ];
}
