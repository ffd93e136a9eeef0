import { type Deferred, deferred } from "../lib/deferred";
import { KEPT_OUTPUT_BYTES } from "./large-outputs";
import {
  type Change,
  type Checkpoint,
  type Claim,
  ClaimLost,
  type EnginePorts,
  type FinishedAttempt,
  type RunState,
  type RunStore,
  type StartedAttempt,
  StoreUnavailable,
} from "./ports";
import { isStepEnded, type RunStatus } from "./states";

/** For so long a checkpoint may be ahead of the rows; nobody who looks on can tell. */
const RECORD_MS = 150;
const MAX_KEPT = 200;
/** What makes a checkpoint large is recorded at once. */
const MAX_BYTES = KEPT_OUTPUT_BYTES;

const MAX_BACKOFF_MS = 2_000;

export type ReleaseOptions = NonNullable<Parameters<RunStore["release"]>[1]>;

/**
 * Writes the changes of a claim. Where short steps follow one another, a change is kept as a checkpoint and the next
 * step begins behind it; many of them are recorded together, beside the steps that run meanwhile.
 */
export class Recorder {
  /** Kept and not recorded, in order. */
  private kept: Checkpoint[] = [];
  /** By the ids of attempts that began behind them. */
  private readonly begun = new Map<string, Deferred>();
  private since: number | null = null;
  /** Ordinal of the next. */
  private next = 0;
  /** What is being recorded beside the steps. Never rejects. */
  private recording: Promise<void> | null = null;
  private fault: unknown = null;

  constructor(
    private readonly claim: Claim,
    private readonly ports: Pick<EnginePorts, "store" | "clock">,
    /** Says when the claim is lost. */
    private readonly signal: AbortSignal,
    /** Called when something was recorded beside the steps, or could not be. */
    private readonly onRecorded: () => void,
  ) {}

  /** Milliseconds until something is to be recorded; null where nothing is, or that is under way or went wrong. */
  get dueIn(): number | null {
    // A record takes all checkpoints along that there are, so none may be told of ahead of those that it failed with.
    if (this.since === null || this.recording || this.fault !== null) return null;
    return Math.max(0, this.since + RECORD_MS - this.ports.clock.now());
  }

  /** True until the rows tell all. */
  get isBehind(): boolean {
    return this.kept.length > 0 || this.recording !== null;
  }

  /** Settles once the attempt is recorded as started; undefined where it is. */
  recordedOf(attempt_id: string): Promise<void> | undefined {
    return this.begun.get(attempt_id)?.promise;
  }

  /** Keeps the change as a checkpoint, and says whether it was; null where that does not do for it. */
  keep(change: Change, state: RunState): Promise<boolean> | null {
    this.throwFault();
    if (this.kept.length >= MAX_KEPT || !isPlain(change, state)) return null;
    const { finished, started } = change;
    for (const { attempt_id } of started) this.begun.set(attempt_id, deferred());
    return this.write({ ordinal: this.next, finished, started });
  }

  /** Records the change behind what is kept. Gives the run's status. */
  async record(change: Change): Promise<RunStatus> {
    await this.recording;
    this.throwFault();
    const checkpoints = this.take();
    const status = await this.ports.store.record(this.claim, { ...change, checkpoints });
    this.tellBegun(checkpoints);
    return status;
  }

  /** Records what is kept, beside the steps, where that is due. `state`: with all that is kept. */
  recordDue(state: RunState): void {
    if (this.dueIn !== 0) return;
    const checkpoints = this.take();
    this.recording = this.ports.store
      .record(this.claim, { ...nothing(state), checkpoints })
      .then(
        // Whoever has paused or cancelled the run meanwhile is met by the next change.
        () => this.tellBegun(checkpoints),
        (fault: unknown) => {
          this.fault ??= fault;
        },
      )
      .finally(() => {
        this.recording = null;
        this.onRecorded();
      });
  }

  /** Records all that is kept, and waits for it. */
  async catchUp(state: RunState): Promise<void> {
    await this.recording;
    if (this.kept.length > 0) await this.record(nothing(state));
  }

  /**
   * The rows, once the store is there again: whether what was not answered is in them, only they know. What of it has
   * not reached the store by then counts no more.
   */
  async reload(): Promise<RunState> {
    await this.drop();
    const floor = ++this.next;
    return this.patiently(() => this.ports.store.load(this.claim, floor), { waitFirst: true });
  }

  /** Gives the claim up, as soon as the store is there. */
  async release(options: ReleaseOptions): Promise<void> {
    await this.patiently(() => this.ports.store.release(this.claim, options));
  }

  /** Throws what went wrong beside the steps. */
  throwFault(): void {
    if (this.fault !== null) throw this.fault;
  }

  /** The rows tell all, or it is not for this claim to see to that. */
  async drop(): Promise<void> {
    await this.recording;
    this.fault = null;
    this.take();
    for (const { resolve } of this.begun.values()) resolve();
    this.begun.clear();
  }

  private async write(checkpoint: Checkpoint): Promise<boolean> {
    const isKept = await this.ports.store.checkpoint(this.claim, checkpoint);
    if (!isKept) {
      for (const { attempt_id } of checkpoint.started) this.begun.delete(attempt_id);
      return false;
    }
    this.since ??= this.ports.clock.now();
    this.next++;
    this.kept.push(checkpoint);
    return true;
  }

  private take(): Checkpoint[] {
    this.since = null;
    return this.kept.splice(0);
  }

  private tellBegun(checkpoints: Checkpoint[]): void {
    for (const { attempt_id } of checkpoints.flatMap(({ started }) => started)) {
      this.begun.get(attempt_id)?.resolve();
      this.begun.delete(attempt_id);
    }
  }

  private async patiently<T>(work: () => Promise<T>, { waitFirst = false } = {}): Promise<T> {
    for (let tries = waitFirst ? 1 : 0; ; tries++) {
      if (this.signal.reason === "lost" && tries > 0)
        throw new ClaimLost("the claim was lost while the store was away");
      if (tries > 0) await this.ports.clock.sleep(backoff(tries));
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
      }
    }
  }
}

/** Grows from 100 ms, with jitter so that workers do not come back in step. */
function backoff(tries: number): number {
  return Math.min(MAX_BACKOFF_MS, 100 * 2 ** Math.min(tries - 1, 10)) * (0.5 + Math.random() / 2);
}

function nothing({ steps }: RunState): Change {
  const steps_ended = steps.filter((step) => isStepEnded(step.status)).length;
  return { checkpoints: [], finished: [], skipped: [], started: [], ended: null, steps_ended };
}

/** Whether a checkpoint does for the change: scripts and functions that completed, and those that begin behind them. */
function isPlain({ finished, started, skipped, ended }: Change, { status, steps }: RunState): boolean {
  if (status !== "running" || skipped.length > 0 || ended) return false;
  // A script that starts by itself most likely takes its time, and is shown at once.
  if (finished.length === 0 && !started.some(({ definition }) => definition.kind === "function"))
    return false;
  // A wait is ended by others, who look at the rows alone.
  if (steps.some((step) => step.waiting_for !== null)) return false;
  return finished.every(isPlainEnd) && started.every(isPlainStart);
}

/** What its rows tell is a result and a small log. */
function isPlainEnd({ step, result, again, artifacts, log, session }: FinishedAttempt): boolean {
  if (result.status !== "completed" || again || artifacts.length > 0 || session) return false;
  if (log.sealed || step.waiting_for !== null) return false;
  const output = JSON.stringify(result.output ?? null).length;
  return log.rest.reduce((sum, { bytes }) => sum + bytes.byteLength, output) <= MAX_BYTES;
}

const isPlainStart = ({ definition: { kind }, waiting }: StartedAttempt) =>
  waiting === null && (kind === "function" || kind === "script");
