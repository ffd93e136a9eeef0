import type { RunState } from "../../journal/run-state";
import { KEPT_OUTPUT_BYTES } from "../../journal/run-state";
import { type Deferred, deferred } from "../../lib/deferred";
import { Modes } from "../../lib/modes";
import type { Entry } from "../../model/entry";
import type { RunStatus } from "../../model/states";
import { type Claim, ClaimLost, type EnginePorts, type ReleaseOptions, StoreUnavailable } from "./ports";

/** Longest time in milliseconds that kept entries may be ahead of the rows; too short for a reader to notice. */
const RECORD_MS = 150;
/** Turns that may be kept before they are recorded. */
const MAX_KEPT = 200;
/** Size of a turn in bytes past which it is recorded at once. */
const MAX_BYTES = KEPT_OUTPUT_BYTES;

const MAX_BACKOFF_MS = 2_000;

/** What happens beside the steps; only a pass that sees a fault, or gives its entries up, leaves `faulted`. */
type RecorderMode = "idle" | "recording" | "faulted";

export const RECORDER_MODES: Record<RecorderMode, readonly RecorderMode[]> = {
  idle: ["recording"],
  recording: ["idle", "faulted"],
  faulted: ["idle"],
};

/**
 * Writes the entries of a claim. Entries of quick steps are kept in one small row per turn, after which the next step
 * may start. Kept entries are recorded together while steps run.
 */
export class Recorder {
  /** Number of turns that are kept and not recorded. */
  private kept = 0;
  /** When the first of them was kept, in milliseconds. */
  private since = 0;
  /** Number of the next turn to keep. */
  private ordinal = 0;
  /** Raised by each `reload`; the store refuses writes with a lower floor. */
  private floor = 0;
  /** For each attempt whose start is kept: resolved when it is recorded. */
  private readonly begun = new Map<string, Deferred>();
  private readonly mode = new Modes("the recorder", RECORDER_MODES, "idle");
  /** The newest record beside the steps. Never rejects. */
  private recording = Promise.resolve();
  /** Why it failed, while `faulted`. */
  private fault: unknown;

  constructor(
    private readonly claim: Claim,
    private readonly ports: Pick<EnginePorts, "store" | "clock">,
    /** Aborted with "lost" when the claim is lost. */
    private readonly signal: AbortSignal,
    /** Called after a record beside the steps, also after a failed one. */
    private readonly onRecorded: () => void,
  ) {}

  /**
   * Milliseconds until kept entries are due to be recorded; null with none kept, a record under way, or after a fault.
   */
  get dueIn(): number | null {
    if (this.kept === 0 || !this.mode.is("idle")) return null;
    return Math.max(0, this.since + RECORD_MS - this.ports.clock.now());
  }

  /** True while kept entries are not in the rows. */
  get isBehind(): boolean {
    return this.kept > 0 || this.mode.is("recording");
  }

  /** Resolves once the start of the attempt is recorded; undefined where it is. */
  recordedOf(attempt_id: string): Promise<void> | undefined {
    return this.begun.get(attempt_id)?.promise;
  }

  /** Keeps the entries where they are quick, else records them. `state` is without them. Gives the run's status. */
  async write(entries: Entry[], state: RunState): Promise<RunStatus> {
    const isKept = this.kept < MAX_KEPT && isQuick(entries, state) && (await this.keep(entries));
    return isKept ? "running" : this.record(entries);
  }

  /** Records these entries after the kept ones. Gives the run's status. */
  async record(entries: Entry[]): Promise<RunStatus> {
    await this.recording;
    this.throwFault();
    const told = this.take();
    const status = await this.ports.store.record(this.claim, this.floor, entries);
    told();
    return status;
  }

  /** Starts to record kept entries where they are due, without waiting for it. */
  recordDue(): void {
    if (this.dueIn !== 0) return;
    this.recording = this.recordBeside();
  }

  /** Records all kept entries, and waits for it. */
  async catchUp(): Promise<void> {
    await this.recording;
    if (this.kept > 0) await this.record([]);
  }

  /** The rows, once the store is back: only they tell which writes were made. The raised floor refuses later ones. */
  async reload(): Promise<RunState> {
    await this.recording;
    this.mode.change("idle");
    const told = this.take();
    this.floor++;
    // Loading projects what is kept, so only then do the rows of these attempts exist, which their logs refer to.
    const state = await this.patiently(() => this.ports.store.load(this.claim, this.floor), {
      waitFirst: true,
    });
    told();
    return state;
  }

  /** The rows as they are now. */
  load(): Promise<RunState> {
    return this.ports.store.load(this.claim, this.floor);
  }

  /** Gives the claim up; retries until the store is back. */
  async release(options: ReleaseOptions): Promise<void> {
    await this.patiently(() => this.ports.store.release(this.claim, options));
  }

  /** Throws the error of a record that ran beside the steps. */
  throwFault(): void {
    if (this.mode.is("faulted")) throw this.fault;
  }

  /** Forgets kept entries, after the record under way. A `load` or another claim projects them. */
  async drop(): Promise<void> {
    await this.recording;
    this.mode.change("idle");
    this.take()();
  }

  private async recordBeside(): Promise<void> {
    this.mode.change("recording");
    const told = this.take();
    try {
      // A pause or a cancel is seen when the next entries are written.
      await this.ports.store.record(this.claim, this.floor, []);
      told();
      this.mode.change("idle");
    } catch (fault) {
      this.fault = fault;
      this.mode.change("faulted");
    }
    this.onRecorded();
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
    if (this.kept === 0) this.since = this.ports.clock.now();
    this.ordinal++;
    this.kept++;
    return true;
  }

  /** Resets the kept entries. Call the result once they are recorded: it resolves their attempts. */
  private take(): () => void {
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

/** Milliseconds to wait; grows from 100 ms, with jitter so that workers do not retry at the same moment. */
function backoff(tries: number): number {
  return Math.min(MAX_BACKOFF_MS, 100 * 2 ** Math.min(tries - 1, 10)) * (0.5 + Math.random() / 2);
}

/** Whether entries may be kept: completed scripts and functions with small results, and the starts that follow them. */
function isQuick(entries: Entry[], { status, steps }: RunState): boolean {
  // Other processes end a wait, and they look at the rows alone.
  if (status !== "running" || steps.some((step) => step.waiting_for !== null)) return false;
  // A script that starts without a step's end is likely to be slow, so people should see it at once.
  const isPrompt = entries.some(
    (entry) => entry.kind === "ended" || (entry.kind === "started" && entry.step_kind === "function"),
  );
  return isPrompt && entries.every(isPlain) && JSON.stringify(entries).length <= MAX_BYTES;
}

/** True where the entry makes no rows but a result and a small log. */
function isPlain(entry: Entry): boolean {
  if (entry.kind === "started") {
    return entry.wait === null && (entry.step_kind === "function" || entry.step_kind === "script");
  }
  if (entry.kind !== "ended") return false;
  const { status, again_after_ms, artifacts, session } = entry;
  return status === "completed" && again_after_ms === null && artifacts.length === 0 && !session;
}
