/**
 * The executor moves one run as far as it goes.
 *
 * Terminology
 * - run: one execution of a definition's pinned revision; step: one unit of its work; attempt: one try of a
 *   step, numbered from 1 over the run's whole life.
 * - claim: a worker's right to move a run, numbered by the run's epoch. A later claim makes an earlier one
 *   void: its writes are refused (`ClaimLost`), and its process ends what it still has running.
 * - interrupted attempt: recorded as running by a claim that is no more. It is run again under its number,
 *   so a step's body runs at least once while its result is recorded once.
 * - change: what one transaction records: the attempts that ended, the steps passed over, the attempts that
 *   start next or the end of the run. A step of a sequence therefore costs one transaction, and what `plan`
 *   decides from is either all in the rows or not at all.
 * - in flight: attempts whose bodies run in this process, side by side where their `needs` allow it.
 * - release: giving a claim up while the run goes on later: paused, waiting for a retry, or handed over by a
 *   process that stops.
 */
import { messageOf } from "../lib/errors";
import { type Attempt, type AttemptEnd, runAttempt } from "./attempt";
import { type Decision, plan } from "./plan";
import {
  type AttemptRemains,
  type Change,
  type Claim,
  ClaimLost,
  type EnginePorts,
  type FinishedAttempt,
  type Hold,
  type RunState,
  type StepState,
  type StopReason,
  StoreUnavailable,
} from "./ports";
import { expressionScope } from "./scope";

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

const MAX_BACKOFF_MS = 2_000;

/**
 * Claims the run and moves it until it ends or rests. Throws what is a fault of the engine itself, with the
 * claim given up where that was possible: the queue then tries again later.
 */
export async function advance(runId: string, ports: EnginePorts): Promise<AdvanceOutcome> {
  const claimed = await ports.store.claim(runId);
  if (claimed.kind !== "claimed") return claimed.kind;
  const hold = ports.hold(claimed.claim);
  const pass = new Pass(claimed.claim, claimed.state, hold, ports);
  try {
    return await pass.drive();
  } catch (error) {
    await pass.abandon();
    if (error instanceof ClaimLost) return "lost";
    await ports.store.release(claimed.claim, { requeue: false }).catch(() => {});
    throw error;
  } finally {
    hold.close();
  }
}

/** One claim's way through a run. */
class Pass {
  /** Ended in this process, not recorded yet. */
  private finished: FinishedAttempt[] = [];
  /** Of attempts that a cancel has ended. */
  private readonly remains: AttemptRemains[] = [];
  /** What broke an attempt; the pass ends with it. */
  private fault: { error: unknown } | null = null;
  /** The store says so; the signal may have been of something else before. */
  private cancelled = false;
  /** By the attempt's id. */
  private readonly inFlight = new Map<string, Promise<void>>();
  /** Attempts that this claim asked to be recorded as started, so that they are not taken for interrupted. */
  private readonly own = new Set<string>();
  private snapshotted: Promise<void> | null = null;
  private readonly aborted = new AbortController();
  /** Ends the attempts in flight, with a `StopReason`. */
  private readonly signal: AbortSignal;
  private ring: () => void = () => {};

  constructor(
    private readonly claim: Claim,
    private state: RunState,
    private readonly hold: Hold,
    private readonly ports: EnginePorts,
  ) {
    this.signal = AbortSignal.any([hold.signal, this.aborted.signal]);
  }

  async drive(): Promise<AdvanceOutcome> {
    const interrupted = this.state.steps.some((step) => step.status === "running");
    if (interrupted) await this.ports.workspace.clear(this.claim);
    for (;;) {
      const outcome = await this.next().catch((error: unknown) => this.recover(error));
      if (outcome) return outcome;
    }
  }

  /** Ends what is still in flight, as nothing of it counts any more. */
  async abandon(): Promise<void> {
    this.aborted.abort("lost" satisfies StopReason);
    await Promise.all(this.inFlight.values());
  }

  /** One decision: recorded, then acted on. Null where there is more to do. */
  private async next(): Promise<AdvanceOutcome | null> {
    const stopped = await this.untilStopped();
    if (this.fault) throw this.fault.error;
    if (stopped === "lost") throw new ClaimLost("the claim was lost");
    if (stopped === "cancelled" || this.cancelled) return this.leave("cancelled");

    const finished = [...this.finished];
    const decision = plan(
      this.claim.run,
      withResults(this.state, finished, this.ports),
      this.ports.clock.now(),
    );
    const resting = stopped === "handover" || this.hold.draining();
    const change = this.changeOf(decision, finished, resting ? [] : decision.start);
    for (const { attempt_id } of change.started) this.own.add(attempt_id);
    if (finished.length > 0 || change.ended) await this.snapshots();
    const status = isEmpty(change) ? this.state.status : await this.ports.store.record(this.claim, change);

    if (status === "completed" || status === "failed") {
      if (!change.ended) throw new ClaimLost("the run was ended by somebody else");
      await this.ports.workspace.finish(this.claim);
      return status;
    }
    if (status !== "running" && status !== "paused") {
      this.cancelled = true;
      this.aborted.abort("cancelled" satisfies StopReason);
      return null;
    }
    this.apply(change, status);
    if (stopped !== "handover") this.begin(decision, change, status);

    if (this.inFlight.size > 0) {
      await this.untilNews(status === "running" && !resting ? decision.wait_ms : null);
      return null;
    }
    if (stopped === "handover") return this.leave("handed-over");
    if (status === "paused") return this.leave("paused");
    if (resting && decision.start.length > 0) return this.leave("handed-over");
    return decision.wait_ms === null ? null : this.leave("waiting", decision.wait_ms);
  }

  /** Why the attempts are being ended from outside, once all of them have; null where they are not. */
  private async untilStopped(): Promise<StopReason | null> {
    if (!this.signal.aborted) return null;
    await Promise.all(this.inFlight.values());
    return this.signal.reason as StopReason;
  }

  private changeOf(decision: Decision, finished: FinishedAttempt[], start: Decision["start"]): Change {
    return {
      finished,
      skipped: decision.skipped,
      started: start.map(({ step, state }) => ({
        step: state,
        definition: step,
        attempt_id: this.ports.newId(),
        number: state.attempt + 1,
      })),
      ended: decision.ended,
      steps_ended: decision.steps_ended,
    };
  }

  /** Takes over into our own state what the store has recorded. */
  private apply(change: Change, status: RunState["status"]): void {
    this.state = { ...withResults(this.state, change.finished, this.ports), status };
    this.finished = this.finished.filter((attempt) => !change.finished.includes(attempt));
    if (status !== "running") return;
    const skipped = new Set(change.skipped.map((step) => step.step_id));
    const started = new Map(change.started.map((attempt) => [attempt.step.step_id, attempt]));
    this.state.steps = this.state.steps.map((step) => {
      if (skipped.has(step.step_id)) return { ...step, status: "skipped" };
      const attempt = started.get(step.step_id);
      if (!attempt) return step;
      return {
        ...step,
        status: "running",
        attempt: attempt.number,
        tries: step.tries + 1,
        output: null,
        error_message: null,
        running_attempt_id: attempt.attempt_id,
      };
    });
  }

  /** Puts every attempt that is recorded as running, and does not run in this process yet, into flight. */
  private begin(decision: Decision, change: Change, status: RunState["status"]): void {
    const started = status === "running" && change.started.length > 0 ? decision.start : [];
    for (const planned of [...decision.running, ...started]) {
      const { step } = planned;
      const state = this.state.steps.find((candidate) => candidate.step_id === step.id);
      const attempt_id = state?.running_attempt_id;
      if (!state || !attempt_id) throw new Error(`step ${step.id} is running without an attempt`);
      if (this.inFlight.has(attempt_id) || this.isFinished(attempt_id)) continue;
      const refusal = "refusal" in planned ? (planned.refusal as string | null) : null;
      const resumed = !this.own.has(attempt_id);
      const scope = expressionScope(this.claim.run, this.state.steps);
      this.launch({ claim: this.claim, step, state, attempt_id, resumed, refusal, scope });
    }
  }

  private launch(attempt: Attempt): void {
    const run = runAttempt(attempt, this.ports, this.signal, () => void this.snapshots());
    const landed = run.then(
      (end) => this.land(end),
      (error: unknown) => {
        this.fault ??= { error };
      },
    );
    const { attempt_id } = attempt;
    this.inFlight.set(
      attempt_id,
      landed.then(() => {
        this.inFlight.delete(attempt_id);
        this.ring();
      }),
    );
  }

  private land(end: AttemptEnd): void {
    if (end.kind === "finished") this.finished.push(end.finished);
    if (end.kind === "cancelled") this.remains.push(end.remains);
  }

  private isFinished(attempt_id: string): boolean {
    return this.finished.some((attempt) => attempt.attempt_id === attempt_id);
  }

  /** Resolves once an attempt has landed, `wait_ms` has passed, or everything is to be ended. */
  private async untilNews(wait_ms: number | null): Promise<void> {
    if (this.finished.length > 0 || this.fault || this.signal.aborted) return;
    const over = new AbortController();
    const news = new Promise<void>((resolve) => {
      this.ring = resolve;
      this.signal.addEventListener("abort", () => resolve(), { once: true, signal: over.signal });
      if (wait_ms !== null) void this.ports.clock.sleep(wait_ms, over.signal).then(resolve, resolve);
    });
    await news;
    over.abort();
  }

  /** Written while the first attempt runs, whose start need not wait for the disk. */
  private snapshots(): Promise<void> {
    this.snapshotted ??= this.ports.workspace.snapshot(this.claim);
    return this.snapshotted;
  }

  /** The store was away: what was recorded is read from it, and the pass goes on from there. */
  private async recover(error: unknown): Promise<null> {
    if (!(error instanceof StoreUnavailable)) throw error;
    for (let tries = 1; ; tries++) {
      if (this.signal.reason === "lost") throw new ClaimLost("the claim was lost while the store was away");
      await this.ports.clock.sleep(backoff(tries));
      try {
        this.state = await this.ports.store.load(this.claim);
        break;
      } catch (again) {
        if (!(again instanceof StoreUnavailable)) throw again;
      }
    }
    const running = new Map(this.state.steps.map((step) => [step.running_attempt_id, step]));
    this.finished = this.finished.flatMap((attempt) => {
      const step = running.get(attempt.attempt_id);
      return step ? [{ ...attempt, step }] : [];
    });
    return null;
  }

  private async leave<T extends AdvanceOutcome>(outcome: T, after_ms?: number): Promise<T> {
    await this.snapshotted;
    if (outcome === "cancelled") await this.ports.workspace.finish(this.claim);
    const remains = [...this.remains, ...this.finished];
    const options = { remains, ...(after_ms === undefined ? {} : { after_ms }) };
    for (let tries = 1; ; tries++) {
      try {
        await this.ports.store.release(this.claim, options);
        return outcome;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        if (this.signal.reason === "lost") throw new ClaimLost(messageOf(error));
        await this.ports.clock.sleep(backoff(tries));
      }
    }
  }
}

/** The state as it will be once these attempts are recorded. */
function withResults(state: RunState, finished: FinishedAttempt[], { clock }: EnginePorts): RunState {
  if (finished.length === 0) return state;
  const byStep = new Map(finished.map((attempt) => [attempt.step.step_id, attempt]));
  const steps = state.steps.map((step): StepState => {
    const attempt = byStep.get(step.step_id);
    if (!attempt) return step;
    const { result, again } = attempt;
    return {
      ...step,
      status: again ? "pending" : result.status,
      output: result.output,
      error_message: result.status === "failed" ? result.error_message : null,
      ended_at: clock.now(),
      running_attempt_id: null,
    };
  });
  return { ...state, steps };
}

function isEmpty({ finished, skipped, started, ended }: Change): boolean {
  return finished.length === 0 && skipped.length === 0 && started.length === 0 && !ended;
}

/** Grows from 100 ms, with jitter so that workers do not come back in step. */
function backoff(tries: number): number {
  return Math.min(MAX_BACKOFF_MS, 100 * 2 ** Math.min(tries - 1, 10)) * (0.5 + Math.random() / 2);
}
