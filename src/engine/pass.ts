import { apply } from "../journal/apply";
import type { EndedEntry, Entry } from "../journal/entry";
import type { RunState } from "../journal/run-state";
import { Bell } from "../lib/bell";
import { type Attempt, type AttemptEnd, makesFiles, runAttempt } from "./attempt";
import type { CodeDriver } from "./code/driver";
import { type Decided, decide } from "./decide";
import { endsOfWaits, entriesOf } from "./entries";
import { InFlight } from "./in-flight";
import { leaveLarge, type Outputs, withOutputs } from "./large-outputs";
import type { Decision, PlannedStep } from "./plan";
import {
  type AdvanceOutcome,
  type Claim,
  ClaimLost,
  type ClaimResult,
  type EnginePorts,
  type Hold,
  type ReleaseOptions,
  type StepContext,
  type StopReason,
  StoreUnavailable,
} from "./ports";
import { Recorder } from "./recorder";
import { resolveStep } from "./resolve";
import { type Rest, restOf } from "./rest";
import { expressionScope } from "./scope";
import { isAtWork, type RunStatus } from "./states";

/** One claim's way through a run: it decides (`plan`), records, starts what is recorded, and rests (`restOf`). */
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
    { claim, state, entries }: Extract<ClaimResult, { kind: "claimed" }>,
    hold: Hold,
    private readonly ports: EnginePorts,
    /** When the claim was known to stand. */
    private confirmed_at: number,
    /** Of a definition in TypeScript. */
    private readonly code: CodeDriver | null,
  ) {
    this.claim = claim;
    this.hasScratch = claim.epoch > 1;
    this.state = state;
    this.takeOwn(entries);
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

    const now = this.ports.clock.now();
    const ended = [...this.inFlight.ended];
    const { decision, outputs } = await this.decide(ended, now);
    // What has just ended is left in its rows from the record on, and still is what comes next reads.
    for (const { row_id, output } of ended) outputs.set(row_id, output);
    const over = endsOfWaits(decision, now);
    if (over.length > 0) {
      this.inFlight.ended.push(...over);
      return null;
    }
    const draining = stopped === "handover" || this.ports.draining();
    const start = draining ? [] : decision.start;
    const entries = [...ended, ...entriesOf(this.claim, decision, start, this.ports.newId)];
    this.takeOwn(entries);
    const status = await this.record(entries, draining || this.code?.isOver === true);
    if (status === "completed" || status === "failed") {
      if (!decision.ended) throw new ClaimLost("the run was ended by somebody else");
      return status;
    }
    if (status !== "running" && status !== "paused") {
      this.cancelled = true;
      this.aborted.abort("cancelled" satisfies StopReason);
      return null;
    }
    if (entries.length > 0) this.confirmed_at = now;
    // A paused run has taken the ends of attempts alone.
    const recorded = status === "running" ? entries : entries.filter(({ kind }) => kind === "ended");
    // What is large of it is in the rows by now.
    this.state = leaveLarge({ ...apply(this.state, recorded, this.ports.clock.now()), status }, recorded);
    this.inFlight.ended = this.inFlight.ended.filter((end) => !ended.includes(end));
    if (stopped !== "handover") this.begin(decision, recorded, outputs);

    const goesOn = status === "running" && !draining;
    if (goesOn) this.code?.tell(this.state);
    const lookIn = goesOn ? (this.code?.look(this.state) ?? null) : null;
    this.recorder.recordDue();
    return this.rest(
      restOf({
        status,
        steps: this.state.steps,
        isBusy: this.inFlight.size > 0 || this.recorder.isBehind,
        hasNews: this.inFlight.hasNews,
        handover: stopped === "handover",
        draining,
        startable: decision.start.length,
        wait_ms: decision.wait_ms,
        code: this.code && { isOver: this.code.isOver, lookIn },
        recordIn: this.recorder.dueIn,
        now,
      }),
    );
  }

  private async rest(rest: Rest): Promise<AdvanceOutcome | null> {
    if (rest.kind === "leave") return this.leave(rest.outcome, rest.release);
    if (rest.kind === "wait") {
      await this.news.wait(this.ports.clock, this.signal, rest.ms);
      // Somebody may have decided meanwhile; only the rows know.
      if (rest.look) this.state = await this.recorder.load();
    }
    return null;
  }

  private async decide(ended: EndedEntry[], now: number): Promise<Decided> {
    if (this.code) {
      this.code.catchUp(apply(this.state, ended, now));
      this.state = this.code.include(this.state);
      return { decision: this.code.plan(apply(this.state, ended, now), now), outputs: new Map() };
    }
    return decide(this.claim.run, apply(this.state, ended, now), now, {
      isInFlight: (attempt_id) => this.inFlight.has(attempt_id),
      readOutput: (row_id) => this.ports.readOutput(this.claim, row_id),
    });
  }

  /** Gives the run's status; with nothing to record, as it was last. */
  private async record(entries: Entry[], isLast: boolean): Promise<RunStatus> {
    if (entries.length === 0 && !(isLast && this.recorder.isBehind)) return this.state.status;
    // Ahead of the record: once the run reads ended, nobody comes back to clear up after one that died here.
    if (entries.some(({ kind }) => kind === "finished")) {
      await Promise.all([this.snapshots(), this.code?.log.settle()]);
      if (this.hasScratch) await this.ports.workspace.finish(this.claim);
    }
    return isLast ? this.recorder.record(entries) : this.recorder.write(entries, this.state);
  }

  /** Why the attempts are being ended from outside, once all of them have; null where they are not. */
  private async untilStopped(): Promise<StopReason | null> {
    if (!this.signal.aborted) return null;
    const reason = this.signal.reason as StopReason;
    if (reason === "handover") await this.recorder.catchUp();
    else await this.recorder.drop();
    await this.inFlight.landed();
    return reason;
  }

  private takeOwn(entries: Entry[]): void {
    for (const entry of entries) if (entry.kind === "started") this.own.add(entry.attempt_id);
  }

  /** Puts every attempt that reads running, and does not run in this process yet, into flight. */
  private begin({ running, start }: Decision, recorded: Entry[], outputs: Outputs): void {
    const started = new Set(
      recorded.flatMap((entry) => (entry.kind === "started" && !entry.wait ? entry.step_id : [])),
    );
    for (const planned of [...running, ...start.filter(({ step }) => started.has(step.id))]) {
      const attempt = this.attemptOf(planned, outputs);
      if (!this.inFlight.has(attempt.attempt_id)) this.inFlight.add(attempt.attempt_id, this.launch(attempt));
    }
  }

  private attemptOf(planned: PlannedStep, outputs: Outputs): Attempt {
    const { step } = planned;
    const refusal = "refusal" in planned ? (planned.refusal as string | null) : null;
    const own = this.state.steps.find((candidate) => candidate.step_id === step.id);
    const attempt_id = own?.running_attempt_id;
    if (!own || !attempt_id) throw new Error(`step ${step.id} is running without an attempt`);
    return {
      claim: this.claim,
      step,
      state: own,
      attempt_id,
      resumed: !this.own.has(attempt_id),
      confirmed_at: this.confirmed_at,
      recorded: this.recorder.recordedOf(attempt_id),
      refusal,
      resolved: resolveStep(
        this.claim.run,
        step,
        expressionScope(this.claim.run, withOutputs(this.state.steps, outputs)),
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
    const running = new Set(this.state.steps.map((step) => step.running_attempt_id));
    this.inFlight.ended = this.inFlight.ended.filter(({ attempt_id }) => running.has(attempt_id));
    return null;
  }

  private async leave(outcome: AdvanceOutcome, rest: ReleaseOptions = {}): Promise<AdvanceOutcome> {
    await Promise.all([this.snapshotted, this.code?.log.settle()]);
    const cleared = outcome === "cancelled";
    if (cleared) await this.ports.workspace.finish(this.claim);
    const remains = [...this.inFlight.remains, ...this.inFlight.ended];
    await this.recorder.release({ ...rest, remains, cleared });
    return outcome;
  }
}
