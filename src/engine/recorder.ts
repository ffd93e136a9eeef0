import type { Entry } from "../journal/entry";
import type { RunState } from "../journal/run-state";
import { KEPT_OUTPUT_BYTES } from "../journal/run-state";
import { type Deferred, deferred } from "../lib/deferred";
import { type Claim, ClaimLost, type EnginePorts, type ReleaseOptions, StoreUnavailable } from "./ports";
import type { RunStatus } from "./states";

/** For so long what is kept may be ahead of the rows; nobody who looks on can tell. */
const RECORD_MS = 150;
/** Turns that are kept before they are recorded. */
const MAX_KEPT = 200;
/** What makes a turn large is recorded at once. */
const MAX_BYTES = KEPT_OUTPUT_BYTES;

const MAX_BACKOFF_MS = 2_000;

/**
 * Writes the entries of a claim. Those of quick steps are kept, and the next step begins behind that; what is kept is
 * recorded together, beside the steps that run meanwhile.
 */
export class Recorder {
  /** Turns that are kept. */
  private kept = 0;
  private since: number | null = null;
  /** Of the next that is kept. */
  private ordinal = 0;
  /** Raised by each `reload`. */
  private floor = 0;
  /** By the ids of attempts that are kept as begun. */
  private readonly begun = new Map<string, Deferred>();
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
    if (this.since === null || this.recording || this.fault !== null) return null;
    return Math.max(0, this.since + RECORD_MS - this.ports.clock.now());
  }

  /** True until the rows tell all. */
  get isBehind(): boolean {
    return this.kept > 0 || this.recording !== null;
  }

  /** Settles once the attempt is recorded as begun; undefined where it is. */
  recordedOf(attempt_id: string): Promise<void> | undefined {
    return this.begun.get(attempt_id)?.promise;
  }

  /** Keeps the entries where that does for them, else records them. `state`: ahead of them. Gives the run's status. */
  async write(entries: Entry[], state: RunState): Promise<RunStatus> {
    const isKept = this.kept < MAX_KEPT && isQuick(entries, state) && (await this.keep(entries));
    return isKept ? "running" : this.record(entries);
  }

  /** Records the entries behind what is kept. Gives the run's status. */
  async record(entries: Entry[]): Promise<RunStatus> {
    await this.recording;
    this.throwFault();
    const told = this.take();
    const status = await this.ports.store.record(this.claim, this.floor, entries);
    told();
    return status;
  }

  /** Records what is kept, beside the steps, where that is due. */
  recordDue(): void {
    if (this.dueIn !== 0) return;
    const told = this.take();
    this.recording = this.ports.store
      .record(this.claim, this.floor, [])
      // Whoever has paused or cancelled the run meanwhile is met by the next entries.
      .then(told, (fault: unknown) => {
        this.fault ??= fault;
      })
      .finally(() => {
        this.recording = null;
        this.onRecorded();
      });
  }

  /** Records all that is kept, and waits for it. */
  async catchUp(): Promise<void> {
    await this.recording;
    if (this.kept > 0) await this.record([]);
  }

  /**
   * The rows, once the store is there again: whether what was not answered is in them, only they know. What of it has
   * not reached the store by then counts no more.
   */
  async reload(): Promise<RunState> {
    await this.drop();
    this.floor++;
    return this.patiently(() => this.ports.store.load(this.claim, this.floor), { waitFirst: true });
  }

  /** The rows as they are now. */
  load(): Promise<RunState> {
    return this.ports.store.load(this.claim, this.floor);
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
    this.take()();
  }

  private async keep(entries: Entry[]): Promise<boolean> {
    this.throwFault();
    const started = entries.filter((entry) => entry.kind === "started");
    for (const { attempt_id } of started) this.begun.set(attempt_id, deferred());
    const isKept = await this.ports.store.keep(this.claim, this.floor, this.ordinal, entries);
    if (!isKept) {
      for (const { attempt_id } of started) this.begun.delete(attempt_id);
      return false;
    }
    this.since ??= this.ports.clock.now();
    this.ordinal++;
    this.kept++;
    return true;
  }

  /** Takes what is kept, to be recorded; what it gives tells those who wait for it that it is. */
  private take(): () => void {
    this.since = null;
    this.kept = 0;
    const begun = [...this.begun];
    return () => {
      for (const [attempt_id, { resolve }] of begun) {
        resolve();
        this.begun.delete(attempt_id);
      }
    };
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

/** Whether to keep the entries does: small ends of scripts and functions that completed, and what begins behind them. */
function isQuick(entries: Entry[], { status, steps }: RunState): boolean {
  // A wait is ended by others, who look at the rows alone.
  if (status !== "running" || steps.some((step) => step.waiting_for !== null)) return false;
  // A script that starts by itself most likely takes its time, and is shown at once.
  const isPrompt = entries.some(
    (entry) => entry.kind === "ended" || (entry.kind === "started" && entry.step_kind === "function"),
  );
  return isPrompt && entries.every(isPlain) && JSON.stringify(entries).length <= MAX_BYTES;
}

/** What its rows tell is a result and a small log. */
function isPlain(entry: Entry): boolean {
  if (entry.kind === "started") {
    return entry.wait === null && (entry.step_kind === "function" || entry.step_kind === "script");
  }
  if (entry.kind !== "ended") return false;
  const { status, again_after_ms, artifacts, session } = entry;
  return status === "completed" && again_after_ms === null && artifacts.length === 0 && !session;
}
