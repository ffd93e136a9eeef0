import { apply } from "../../journal/apply";
import type { RunState } from "../../journal/run-state";
import { Bell } from "../../lib/bell";
import { Modes } from "../../lib/modes";
import type { EndedEntry, Entry } from "../../model/entry";
import { isAtWork, type RunStatus } from "../../model/states";
import type { CodeDriver } from "../code/driver";
import { type Attempt, type AttemptEnd, makesFiles, runAttempt } from "./attempt";
import { type Decided, decide } from "./decide";
import { endsOfWaits, entriesOf } from "./entries";
import { InFlight } from "./in-flight";
import { leaveLarge, type Outputs, withOutputs } from "./large-outputs";
import { modeOf, PASS_MODES, type PassMode } from "./pass-mode";
import type { Planned, PlannedStep } from "./plan";
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

/** One claim's way through a run, in a loop: decide (`plan`), record the entries, start attempts, rest (`restOf`). */
export class Pass {
  private readonly mode = new Modes("a pass over a run", PASS_MODES, "moving");
  /** Ids of the attempts that this claim started. Any other attempt that reads as running was interrupted. */
  private readonly own = new Set<string>();
  private described: Promise<void> | null = null;
  /** True where files may exist that only an attempt needed. */
  private hasScratch: boolean;
  private readonly aborted = new AbortController();
  /** Aborted with a `StopReason`; ends the attempts in flight. */
  private readonly signal: AbortSignal;
  /** Rung when an attempt ended, the code sent a message, or entries were recorded. */
  private readonly news = new Bell();
  private readonly inFlight = new InFlight(() => this.news.ring());
  private readonly recorder: Recorder;
  private readonly claim: Claim;
  private state: RunState;

  constructor(
    { claim, state, entries }: Extract<ClaimResult, { kind: "claimed" }>,
    hold: Hold,
    private readonly ports: EnginePorts,
    /** When the claim was last known to be valid, in milliseconds. */
    private confirmed_at: number,
    /** Null for a definition in YAML. */
    private readonly code: CodeDriver | null,
  ) {
    this.claim = claim;
    this.hasScratch = claim.epoch > 1 || code !== null;
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

  /** Ends all attempts in flight; none of their results count any more. */
  async abandon(): Promise<void> {
    this.mode.change("lost");
    this.aborted.abort("lost" satisfies StopReason);
    await this.recorder.drop();
    await this.inFlight.landed();
    await this.ports.workspace.abandon(this.claim);
  }

  /** Makes one decision, records it and acts on it. Gives the outcome once the claim is given up, else null. */
  private async next(): Promise<AdvanceOutcome | null> {
    const mode = this.enterMode();
    if (this.signal.aborted) await this.landAll();
    this.recorder.throwFault();
    if (this.inFlight.faults.size > 0) throw [...this.inFlight.faults.values()][0];
    if (mode === "lost") throw new ClaimLost("the claim was lost, or the run was ended by somebody else");
    if (mode === "cancelled") return this.leave("cancelled");

    const now = this.ports.clock.now();
    const ended = [...this.inFlight.ended];
    const { decision, outputs } = await this.decide(ended, now);
    // Large outputs of steps that just ended leave memory when they are recorded; the steps that start now still read
    // them.
    for (const { row_id, output } of ended) outputs.set(row_id, output);
    const over = endsOfWaits(decision, now);
    if (over.length > 0) {
      this.inFlight.ended.push(...over);
      return null;
    }
    const start = mode === "moving" ? decision.start : [];
    const entries = [...ended, ...entriesOf(this.claim, decision, start, this.ports.newId)];
    this.takeOwn(entries);
    const status = await this.record(entries, mode !== "moving" || this.code?.isOver === true);
    if (decision.ended && (status === "completed" || status === "failed")) {
      this.mode.change("over");
      return status;
    }
    if (entries.length > 0) this.confirmed_at = now;
    const recorded = entries.filter((entry) => isTaken(entry, status));
    const isChanged = status !== this.state.status;
    // Large outputs are in their rows now.
    this.state = leaveLarge({ ...apply(this.state, recorded, this.ports.clock.now()), status }, recorded);
    this.inFlight.ended = this.inFlight.ended.filter((end) => !recorded.includes(end));
    // The next turn has another mode.
    if (isChanged) return null;
    if (mode !== "handing over") this.begin(decision, recorded, outputs);

    if (mode === "moving") this.code?.tell(this.state);
    const lookIn = mode === "moving" ? (this.code?.look(this.state) ?? null) : null;
    this.recorder.recordDue();
    return this.rest(
      restOf({
        mode,
        steps: this.state.steps,
        isBusy: this.inFlight.size > 0 || this.recorder.isBehind,
        hasNews: this.inFlight.hasNews,
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
      // Somebody may have decided meanwhile, which only the rows tell.
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

  /** Records the entries and gives the run's status. With nothing to record it is the status as last seen. */
  private async record(entries: Entry[], isLast: boolean): Promise<RunStatus> {
    if (entries.length === 0 && !(isLast && this.recorder.isBehind)) return this.state.status;
    // Before the record: after a run's end nobody comes back to clean up, should this process die here.
    if (entries.some(({ kind }) => kind === "finished")) {
      await Promise.all([this.describe(), this.code?.log.settle()]);
      if (this.hasScratch) await this.ports.workspace.finish(this.claim);
    }
    return isLast ? this.recorder.record(entries) : this.recorder.write(entries, this.state);
  }

  /** Enters the mode that fits what has happened since the last turn. */
  private enterMode(): Exclude<PassMode, "over"> {
    const mode = modeOf({
      stopped: this.signal.aborted ? (this.signal.reason as StopReason) : null,
      status: this.state.status,
      draining: this.ports.draining(),
    });
    this.mode.change(mode);
    if (mode === "cancelled") this.aborted.abort("cancelled" satisfies StopReason);
    return mode;
  }

  /** Waits for the attempts that are being ended from outside. */
  private async landAll(): Promise<void> {
    if (this.mode.is("handing over")) await this.recorder.catchUp();
    else await this.recorder.drop();
    await this.inFlight.landed();
  }

  private takeOwn(entries: Entry[]): void {
    for (const entry of entries) if (entry.kind === "started") this.own.add(entry.attempt_id);
  }

  /** Starts the body of each attempt that is recorded as running and does not run in this process yet. */
  private begin({ running, start }: Planned, recorded: Entry[], outputs: Outputs): void {
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
      snapshot: this.state.snapshot,
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
    return runAttempt(attempt, { ...ports, runners }, this.signal, () => void this.describe());
  }

  /** Writes the run's definition and args once, while the first attempt runs, which does not wait for the disk. */
  private describe(): Promise<void> {
    this.described ??= this.ports.workspace.describe(this.claim);
    return this.described;
  }

  /** Reads the rows after the store was away, and lets the pass go on from there. Throws any other error. */
  private async recover(error: unknown): Promise<null> {
    if (!(error instanceof StoreUnavailable)) throw error;
    for (const [attempt_id, fault] of this.inFlight.faults) {
      if (!(fault instanceof StoreUnavailable)) continue;
      // The attempt was broken off, so it runs again like an interrupted one.
      this.inFlight.faults.delete(attempt_id);
      this.own.delete(attempt_id);
    }
    this.state = await this.recorder.reload();
    const running = new Set(this.state.steps.map((step) => step.running_attempt_id));
    this.inFlight.ended = this.inFlight.ended.filter(({ attempt_id }) => running.has(attempt_id));
    return null;
  }

  private async leave(outcome: AdvanceOutcome, rest: ReleaseOptions = {}): Promise<AdvanceOutcome> {
    await Promise.all([this.described, this.code?.log.settle()]);
    const cleared = outcome === "cancelled";
    if (cleared) await this.ports.workspace.finish(this.claim);
    const remains = [...this.inFlight.remains, ...this.inFlight.ended];
    await this.recorder.release({ ...rest, remains, cleared });
    this.mode.change("over");
    return outcome;
  }
}

/** Whether a run of this status takes the entry: a paused one only takes ends of attempts, an ended one nothing. */
const isTaken = ({ kind }: Entry, status: RunStatus) =>
  status === "running" || (status === "paused" && kind === "ended");
