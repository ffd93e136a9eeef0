import { Bell } from "../lib/bell";
import { least } from "../lib/least";
import { type Attempt, type AttemptEnd, makesFiles, runAttempt } from "./attempt";
import { changeOf, endWaits, isEmpty, withChange, withResults } from "./change";
import type { CodeDriver } from "./code/driver";
import { type Decided, decide } from "./decide";
import { InFlight } from "./in-flight";
import { leaveLarge, type Outputs, withOutputs } from "./large-outputs";
import type { Decision, PlannedStep } from "./plan";
import {
  type Change,
  type Claim,
  ClaimLost,
  type ClaimResult,
  type EnginePorts,
  type FinishedAttempt,
  type Hold,
  type RunState,
  type StartedAttempt,
  type StepContext,
  type StopReason,
  StoreUnavailable,
} from "./ports";
import { Recorder, type ReleaseOptions } from "./recorder";
import { resolveStep } from "./resolve";
import { expressionScope } from "./scope";
import { isAtWork, type RunStatus } from "./states";

export type AdvanceOutcome =
  | "busy"
  | "idle"
  | "completed"
  | "failed"
  | "cancelled"
  | "paused"
  | "waiting"
  | "handed-over"
  | "lost";

/** How often a run that waits for somebody while it also works looks whether they have decided. */
const LOOK_MS = 1_000;

/** What a change starts, while it is not known yet whether it is kept. */
interface Prepared {
  /** As it is where it is kept. */
  state: RunState;
  /** By the attempts' ids. */
  attempts: Map<string, Promise<AttemptEnd>>;
}

/** One claim's way through a run. */
export class Pass {
  /** The store says so; the signal may have been of something else before. */
  private cancelled = false;
  /** Attempts that this claim asked to be recorded as started, so that they are not taken for interrupted. */
  private readonly own = new Set<string>();
  private snapshotted: Promise<void> | null = null;
  /** There may be files that were for an attempt alone. */
  private hasScratch: boolean;
  private readonly aborted = new AbortController();
  /** Ends the attempts in flight, with a `StopReason`. */
  private readonly signal: AbortSignal;
  /** Rung when an attempt has landed, or the code has said something. */
  private readonly news = new Bell();
  private readonly inFlight = new InFlight(() => this.news.ring());
  private readonly recorder: Recorder;
  private readonly claim: Claim;
  private state: RunState;

  constructor(
    { claim, state, change }: Extract<ClaimResult, { kind: "claimed" }>,
    hold: Hold,
    private readonly ports: EnginePorts,
    /** When the claim was known to stand. */
    private confirmed_at: number,
    /** Of a definition in TypeScript. */
    private readonly code: CodeDriver | null,
  ) {
    this.claim = claim;
    this.hasScratch = claim.epoch > 1;
    this.state = change ? withChange(state, change, ports.clock.now()) : state;
    for (const { attempt_id } of change?.started ?? []) this.own.add(attempt_id);
    this.signal = AbortSignal.any([hold.signal, this.aborted.signal]);
    this.recorder = new Recorder(claim, ports, this.signal, () => this.news.ring());
    if (code) code.onNews = () => this.news.ring();
  }

  async close(): Promise<void> {
    await this.code?.close();
  }

  async drive(): Promise<AdvanceOutcome> {
    const interrupted = this.state.steps.some(
      (step) => isAtWork(step) && !this.own.has(step.running_attempt_id ?? ""),
    );
    if (interrupted) await this.ports.workspace.clear(this.claim);
    for (;;) {
      const outcome = await this.next().catch((error: unknown) => this.recover(error));
      if (outcome) return outcome;
    }
  }

  /** Ends what is still in flight, as nothing of it counts any more. */
  async abandon(): Promise<void> {
    this.aborted.abort("lost" satisfies StopReason);
    await this.recorder.drop();
    await this.inFlight.landed();
    await this.ports.workspace.abandon(this.claim);
  }

  /** One decision: recorded, then acted on. Null where there is more to do. */
  private async next(): Promise<AdvanceOutcome | null> {
    const stopped = await this.untilStopped();
    this.recorder.throwFault();
    if (this.inFlight.faults.size > 0) throw [...this.inFlight.faults.values()][0];
    if (stopped === "lost") throw new ClaimLost("the claim was lost");
    if (stopped === "cancelled" || this.cancelled) return this.leave("cancelled");

    const finished = [...this.inFlight.finished];
    const now = this.ports.clock.now();
    const { decision, outputs } = await this.decide(finished, now);
    // What has just ended is left in its rows from the record on, and still is what comes next reads.
    for (const { step, result } of finished) outputs.set(step.row_id, result.output);
    const over = endWaits(decision, this.ports);
    if (over.length > 0) {
      this.inFlight.finished.push(...over);
      return null;
    }
    const resting = stopped === "handover" || this.ports.draining();
    const start = resting ? [] : decision.start;
    const change = changeOf(this.claim, decision, finished, start, this.ports.newId);
    for (const { attempt_id } of change.started) this.own.add(attempt_id);
    if (change.ended) await Promise.all([this.snapshots(), this.code?.log.settle()]);
    const refused = start.some(({ refusal }) => refusal !== null);
    const keeping = resting || refused ? null : this.recorder.keep(change, this.state);
    const ready = keeping && this.prepare(decision, change, keeping, now, outputs);
    const kept = (await keeping) ? ready : null;
    const isLast = resting || this.code?.isOver === true;
    const status = kept ? this.state.status : await this.record(change, isLast);

    if (status === "completed" || status === "failed") {
      if (!change.ended) throw new ClaimLost("the run was ended by somebody else");
      return status;
    }
    if (status !== "running" && status !== "paused") {
      this.cancelled = true;
      this.aborted.abort("cancelled" satisfies StopReason);
      return null;
    }
    if (kept || !isEmpty(change)) this.confirmed_at = now;
    // A paused run has taken the attempts' ends alone.
    const recorded = status === "running" ? change : { ...change, skipped: [], started: [] };
    this.state = kept?.state ?? { ...this.recorded(recorded), status };
    this.inFlight.finished = this.inFlight.finished.filter((attempt) => !finished.includes(attempt));
    for (const [attempt_id, run] of kept?.attempts ?? []) this.inFlight.add(attempt_id, run);
    if (stopped !== "handover") this.begin(decision, kept ? [] : recorded.started, outputs);

    const waiting = this.state.steps.filter((step) => step.status === "running" && step.waiting_for !== null);
    const goesOn = status === "running" && !resting;
    if (goesOn) this.code?.tell(this.state);
    const lookIn = goesOn ? (this.code?.look(this.state) ?? null) : null;
    this.recorder.recordDue(this.state);
    if (this.inFlight.size > 0 || lookIn !== null || this.recorder.isBehind) {
      const wait = goesOn ? decision.wait_ms : null;
      const look = waiting.length > 0 ? LOOK_MS : null;
      await this.news.wait(this.ports.clock, this.signal, least(wait, look, lookIn, this.recorder.dueIn));
      // Somebody may have decided meanwhile; only the rows know.
      if (waiting.length > 0) this.state = await this.ports.store.load(this.claim);
      return null;
    }
    // It has landed while others were recorded.
    if (this.inFlight.hasNews) return null;
    if (stopped === "handover") return this.leave("handed-over");
    if (status === "paused") return this.leave("paused");
    if (resting && (this.code || decision.start.length > 0)) return this.leave("handed-over");
    if (this.code?.isOver) return null;
    const wakes = waiting.map(({ wake_at }) => (wake_at === null ? null : Math.max(0, wake_at - now)));
    const after_ms = least(decision.wait_ms, ...wakes);
    if (after_ms === undefined && waiting.length === 0) return null;
    return this.leave("waiting", {
      ...(after_ms !== undefined ? { after_ms } : {}),
      waiting: waiting.map((step) => step.row_id),
    });
  }

  /** Records the change, where it is one. Gives the run's status; with nothing to record, as it was last. */
  private async record(change: Change, isLast: boolean): Promise<RunStatus> {
    if (isEmpty(change) && !(isLast && this.recorder.isBehind)) return this.state.status;
    // Ahead of the record: once the run reads ended, nobody comes back to clear up after one that died here.
    if (change.ended) {
      await this.ports.logs.settle();
      if (this.hasScratch) await this.ports.workspace.finish(this.claim);
    }
    return this.recorder.record(change);
  }

  /** The state once the change is recorded; what is large of it is in the rows then. */
  private recorded(change: Change): RunState {
    return leaveLarge(withChange(this.state, change, this.ports.clock.now()), change.finished);
  }

  private async decide(finished: FinishedAttempt[], now: number): Promise<Decided> {
    if (this.code) {
      this.code.catchUp(withResults(this.state, finished, now));
      this.state = this.code.include(this.state);
      return { decision: this.code.plan(withResults(this.state, finished, now), now), outputs: new Map() };
    }
    return decide(this.claim.run, withResults(this.state, finished, now), now, {
      isInFlight: (attempt_id) => this.inFlight.has(attempt_id),
      readOutput: (row_id) => this.ports.readOutput(this.claim, row_id),
    });
  }

  /** Why the attempts are being ended from outside, once all of them have; null where they are not. */
  private async untilStopped(): Promise<StopReason | null> {
    if (!this.signal.aborted) return null;
    const reason = this.signal.reason as StopReason;
    if (reason === "handover") await this.recorder.catchUp(this.state);
    else await this.recorder.drop();
    await this.inFlight.landed();
    return reason;
  }

  /** Has what the change starts made ready while the change is being kept, ahead of which none of it begins. */
  private prepare(
    { start }: Decision,
    change: Change,
    begins: Promise<boolean>,
    now: number,
    outputs: Outputs,
  ): Prepared {
    const state = withChange(this.state, change, now);
    const attempts = new Map<string, Promise<AttemptEnd>>();
    for (const planned of start) {
      const attempt = this.attemptOf(planned, state, now, outputs);
      const run = this.launch({ ...attempt, begins });
      // Of one that has not begun nobody hears.
      run.catch(() => {});
      attempts.set(attempt.attempt_id, run);
    }
    return { state, attempts };
  }

  /** Puts every attempt that is recorded as running, and does not run in this process yet, into flight. */
  private begin({ running, start }: Decision, recorded: StartedAttempt[], outputs: Outputs): void {
    const started = new Set(
      recorded.filter((attempt) => !attempt.waiting).map(({ definition }) => definition),
    );
    for (const planned of [...running, ...start.filter(({ step }) => started.has(step))]) {
      const attempt = this.attemptOf(planned, this.state, this.confirmed_at, outputs);
      if (!this.inFlight.has(attempt.attempt_id)) this.inFlight.add(attempt.attempt_id, this.launch(attempt));
    }
  }

  private attemptOf(planned: PlannedStep, state: RunState, confirmed_at: number, outputs: Outputs): Attempt {
    const { step } = planned;
    const refusal = "refusal" in planned ? (planned.refusal as string | null) : null;
    const own = state.steps.find((candidate) => candidate.step_id === step.id);
    const attempt_id = own?.running_attempt_id;
    if (!own || !attempt_id) throw new Error(`step ${step.id} is running without an attempt`);
    return {
      claim: this.claim,
      step,
      state: own,
      attempt_id,
      resumed: !this.own.has(attempt_id),
      confirmed_at,
      recorded: this.recorder.recordedOf(attempt_id),
      refusal,
      resolved: resolveStep(
        this.claim.run,
        step,
        expressionScope(this.claim.run, withOutputs(state.steps, outputs)),
      ),
    };
  }

  private launch(attempt: Attempt): Promise<AttemptEnd> {
    const { code, ports } = this;
    this.hasScratch ||= makesFiles(attempt.step);
    const runners = code
      ? { ...ports.runners, function: (given: StepContext) => code.run(given) }
      : ports.runners;
    return runAttempt(attempt, { ...ports, runners }, this.signal, () => void this.snapshots());
  }

  /** Written while the first attempt runs, whose start need not wait for the disk. */
  private snapshots(): Promise<void> {
    this.snapshotted ??= this.ports.workspace.snapshot(this.claim);
    return this.snapshotted;
  }

  /** The store was away: what was recorded is read from it, and the pass goes on from there. */
  private async recover(error: unknown): Promise<null> {
    if (!(error instanceof StoreUnavailable)) throw error;
    for (const [attempt_id, fault] of this.inFlight.faults) {
      if (!(fault instanceof StoreUnavailable)) continue;
      // Like any attempt that was interrupted it runs again.
      this.inFlight.faults.delete(attempt_id);
      this.own.delete(attempt_id);
    }
    this.state = await this.recorder.reload();
    const running = new Map(this.state.steps.map((step) => [step.running_attempt_id, step]));
    this.inFlight.finished = this.inFlight.finished.flatMap((attempt) => {
      const step = running.get(attempt.attempt_id);
      return step ? [{ ...attempt, step }] : [];
    });
    return null;
  }

  private async leave<T extends AdvanceOutcome>(outcome: T, rest: ReleaseOptions = {}): Promise<T> {
    await Promise.all([this.snapshotted, this.ports.logs.settle(), this.code?.log.settle()]);
    const cleared = outcome === "cancelled";
    if (cleared) await this.ports.workspace.finish(this.claim);
    const remains = [...this.inFlight.remains, ...this.inFlight.finished];
    await this.recorder.release({ ...rest, remains, cleared });
    return outcome;
  }
}
