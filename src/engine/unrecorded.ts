import type { Change, Checkpoint, FinishedAttempt, RunState, StartedAttempt } from "./ports";

/** For so long a checkpoint may be ahead of the rows; nobody who looks on can tell. */
const RECORD_MS = 100;
const MAX_CHECKPOINTS = 200;
/** What makes a checkpoint large is recorded at once. */
const MAX_BYTES = 16 * 1024;

interface Settling {
  promise: Promise<void>;
  resolve(): void;
}

/**
 * The checkpoints of a claim that the rows do not tell of yet. Where short steps follow one another, a result is kept
 * as one and the next step begins behind it; a change then records many of them.
 */
export class Unrecorded {
  /** In order. */
  checkpoints: Checkpoint[] = [];
  /** By the ids of attempts that began behind them. */
  private begun = new Map<string, Settling>();
  private since: number | null = null;
  private count = 0;

  /** Milliseconds until it is to be recorded; null where there is nothing. */
  dueIn(now: number): number | null {
    return this.since === null ? null : Math.max(0, this.since + RECORD_MS - now);
  }

  /** The change as a checkpoint: scripts and functions that completed, and those behind them; null for others. */
  checkpointOf({ finished, started, skipped, ended }: Change, state: RunState, now: number): Checkpoint | null {
    if (skipped.length > 0 || ended || state.status !== "running") return null;
    // A script that starts by itself most likely takes its time, and is shown at once.
    if (finished.length === 0 && !started.some(({ definition }) => definition.kind === "function")) return null;
    if (this.dueIn(now) === 0 || this.checkpoints.length >= MAX_CHECKPOINTS) return null;
    // A wait is ended by others, who look at the rows alone.
    if (state.steps.some((step) => step.waiting_for !== null)) return null;
    if (!finished.every(isPlain) || !started.every(isCall)) return null;
    return { ordinal: this.count, finished, started };
  }

  /** It is kept. */
  add(checkpoint: Checkpoint, now: number): void {
    this.since ??= now;
    this.count++;
    this.checkpoints.push(checkpoint);
    for (const { attempt_id } of checkpoint.started) this.begun.set(attempt_id, settling());
  }

  /** Settles once the attempt is recorded as started; undefined where it is. */
  recordedOf(attempt_id: string): Promise<void> | undefined {
    return this.begun.get(attempt_id)?.promise;
  }

  /** The rows tell all, or it is not for this claim to see to that. */
  clear(): void {
    for (const { resolve } of this.begun.values()) resolve();
    this.begun = new Map();
    this.checkpoints = [];
    this.since = null;
  }
}

function settling(): Settling {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** What its rows tell is a result and a small log. */
function isPlain({ step, result, again, artifacts, log, session }: FinishedAttempt): boolean {
  if (result.status !== "completed" || again || artifacts.length > 0 || session) return false;
  if (log.sealed || step.waiting_for !== null) return false;
  const output = JSON.stringify(result.output ?? null).length;
  return log.rest.reduce((sum, { bytes }) => sum + bytes.byteLength, output) <= MAX_BYTES;
}

const isCall = ({ definition: { kind }, waiting }: StartedAttempt) =>
  waiting === null && (kind === "function" || kind === "script");
