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
 * - change: what one transaction records: the attempt that ended, the steps passed over, the attempt that
 *   starts next or the end of the run. A step therefore costs one transaction, and what `plan` decides from
 *   is either all in the rows or not at all.
 * - release: giving a claim up while the run goes on later: paused, waiting for a retry, or handed over by a
 *   process that stops.
 */
import { messageOf } from "../lib/errors";
import type { CompiledStep } from "./definition/types";
import type { Mask } from "./logs/mask/mask";
import { type Decision, isTriedAgain, plan } from "./plan";
import {
  type AttemptRemains,
  type Change,
  type Claim,
  ClaimLost,
  type EnginePorts,
  type FinishedAttempt,
  type Hold,
  type RecordedResult,
  type RunState,
  type StartedAttempt,
  type StepContext,
  type StepResult,
  StoreUnavailable,
} from "./ports";
import { resolveStep } from "./resolve";
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
  try {
    return await new Pass(claimed.claim, claimed.state, hold, ports).drive();
  } catch (error) {
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
  private finished: FinishedAttempt | null = null;
  /** Attempts that this claim asked to be recorded as started, so that they are not taken for interrupted. */
  private readonly own = new Set<string>();
  private snapshotted: Promise<void> | null = null;

  constructor(
    private readonly claim: Claim,
    private state: RunState,
    private readonly hold: Hold,
    private readonly ports: EnginePorts,
  ) {}

  async drive(): Promise<AdvanceOutcome> {
    const interrupted = this.state.steps.some((step) => step.status === "running");
    if (interrupted) await this.ports.workspace.clear(this.claim);
    for (;;) {
      const outcome = await this.next().catch((error: unknown) => this.recover(error));
      if (outcome) return outcome;
    }
  }

  /** One decision: recorded, then acted on. Null where there is more to do. */
  private async next(): Promise<AdvanceOutcome | null> {
    const decision = plan(this.claim.run, this.planned(), this.ports.clock.now());
    const stopping = this.hold.draining() && decision.do === "start";
    const change = this.changeOf(decision, stopping);
    if (change.started) this.own.add(change.started.attempt_id);
    if (change.finished || change.ended) await this.snapshots();
    const status = isEmpty(change) ? this.state.status : await this.ports.store.record(this.claim, change);

    if (status === "completed" || status === "failed") {
      if (!change.ended) throw new ClaimLost("the run was ended by somebody else");
      await this.ports.workspace.finish(this.claim);
      return status;
    }
    if (status !== "running" && status !== "paused") return this.leave("cancelled");
    this.apply(change, status);

    if (decision.do === "resume") return this.attempt(decision, decision.state.running_attempt_id);
    if (status === "paused") return this.leave("paused");
    if (stopping) return this.leave("handed-over");
    if (decision.do === "wait") return this.leave("waiting", decision.ms);
    if (decision.do === "start" && change.started) return this.attempt(decision, change.started.attempt_id);
    return null;
  }

  /** The state as it will be once `finished` is recorded. */
  private planned(): RunState {
    const { finished } = this;
    if (!finished) return this.state;
    const { result, again, step } = finished;
    const ended = {
      status: again ? ("pending" as const) : result.status,
      output: result.output,
      error_message: result.status === "failed" ? result.error_message : null,
      ended_at: this.ports.clock.now(),
      running_attempt_id: null,
    };
    const steps = this.state.steps.map((other) =>
      other.step_id === step.step_id ? { ...other, ...ended } : other,
    );
    return { ...this.state, steps };
  }

  private changeOf(decision: Decision, stopping: boolean): Change {
    const started: StartedAttempt | null =
      decision.do === "start" && !stopping
        ? {
            step: decision.state,
            definition: decision.step,
            attempt_id: this.ports.newId(),
            number: decision.state.attempt + 1,
          }
        : null;
    return {
      finished: this.finished,
      skipped: decision.skipped,
      started,
      ended:
        decision.do === "end" ? { status: decision.status, error_message: decision.error_message } : null,
      steps_ended: decision.steps_ended,
    };
  }

  /** Takes over into our own state what the store has recorded. */
  private apply(change: Change, status: RunState["status"]): void {
    this.state = { ...this.planned(), status };
    this.finished = null;
    if (status !== "running") return;
    const skipped = new Set(change.skipped.map((step) => step.step_id));
    const { started } = change;
    this.state.steps = this.state.steps.map((step) => {
      if (skipped.has(step.step_id)) return { ...step, status: "skipped" };
      if (started?.step.step_id !== step.step_id) return step;
      return {
        ...step,
        status: "running",
        attempt: started.number,
        tries: step.tries + 1,
        output: null,
        error_message: null,
        running_attempt_id: started.attempt_id,
      };
    });
  }

  /** Runs one attempt that is recorded as running, and keeps its result for the next record. */
  private async attempt(
    decision: Extract<Decision, { do: "start" | "resume" }>,
    attemptId: string | null,
  ): Promise<AdvanceOutcome | null> {
    const state = this.state.steps.find((step) => step.step_id === decision.step.id);
    if (!state || attemptId === null)
      throw new Error(`step ${decision.step.id} is running without an attempt`);
    const resumed = !this.own.has(attemptId);
    const resolved = resolveStep(decision.step, expressionScope(this.claim.run, this.state.steps));
    const refusal = (decision.do === "start" ? decision.refusal : null) ?? resolved.refusal;
    const ref = {
      claim: this.claim,
      step: resolved.step,
      attempt_id: attemptId,
      number: state.attempt,
      resumed,
    };
    const { mask, ...secrets } = await this.secretsOf(resolved.step);
    const log = await this.ports.logs.open(ref, mask.value(resolved.step), mask);
    try {
      if (resumed) log.system("The worker was interrupted. This attempt runs again from its start.");
      const given = await this.run({ ...ref, log, secrets: secrets.values }, refusal ?? secrets.refusal);
      const cancelled = given.status === "stopped" && this.hold.signal.reason === "cancelled";
      if (given.status === "stopped" && !cancelled) {
        if (this.hold.signal.reason === "lost") throw new ClaimLost("the claim was lost while a step ran");
        await log.leave();
        return this.leave("handed-over");
      }
      const result = masked(given.status === "stopped" ? refused("Cancelled") : given, mask);
      if (result.status === "failed") log.system(result.error_message);
      const artifacts = await this.ports.artifacts.collect(ref, log, this.hold.signal);
      const again = result.status === "failed" && isTriedAgain(decision.step, state.tries);
      const sealed = await log.seal(result);
      const remains = { step: state, attempt_id: attemptId, sealed, artifacts };
      if (cancelled) return this.leave("cancelled", undefined, remains);
      this.finished = { ...remains, result, again };
      return null;
    } catch (error) {
      await log.leave().catch(() => {});
      throw error;
    }
  }

  private async run(
    given: Omit<StepContext, "signal" | "started">,
    refusal: string | null,
  ): Promise<StepResult> {
    const runner = this.ports.runners[given.step.kind];
    if (refusal !== null) return refused(refusal);
    if (!runner) return refused(`Steps of type ${given.step.kind} are not run yet`);
    return runner({ ...given, signal: this.hold.signal, started: () => void this.snapshots() });
  }

  /** The secrets that the step names, or which of them cannot be given; and the mask for all. */
  private async secretsOf(
    step: CompiledStep,
  ): Promise<{ mask: Mask; values: Record<string, string>; refusal: string | null }> {
    const { values, mask } = await this.ports.secrets(this.claim, this.hold.signal);
    const given: Record<string, string> = {};
    for (const name of ("secrets" in step && step.secrets) || []) {
      const value = values.get(name);
      if (value === undefined) return { mask, values: {}, refusal: missingSecret(name) };
      if (value === null) return { mask, values: {}, refusal: unreadableSecret(name) };
      given[name] = value;
    }
    return { mask, values: given, refusal: null };
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
      if (this.hold.signal.reason === "lost")
        throw new ClaimLost("the claim was lost while the store was away");
      await this.ports.clock.sleep(backoff(tries));
      try {
        this.state = await this.ports.store.load(this.claim);
        break;
      } catch (again) {
        if (!(again instanceof StoreUnavailable)) throw again;
      }
    }
    const pending = this.finished;
    const open = this.state.steps.find((step) => step.running_attempt_id === pending?.attempt_id);
    this.finished = pending && open ? { ...pending, step: open } : null;
    return null;
  }

  private async leave<T extends AdvanceOutcome>(
    outcome: T,
    after_ms?: number,
    cancelled?: AttemptRemains,
  ): Promise<T> {
    await this.snapshotted;
    if (outcome === "cancelled") await this.ports.workspace.finish(this.claim);
    const remains = cancelled ?? this.finished;
    const options = {
      ...(after_ms === undefined ? {} : { after_ms }),
      ...(remains ? { remains } : {}),
    };
    for (let tries = 1; ; tries++) {
      try {
        await this.ports.store.release(this.claim, options);
        return outcome;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        if (this.hold.signal.reason === "lost") throw new ClaimLost(messageOf(error));
        await this.ports.clock.sleep(backoff(tries));
      }
    }
  }
}

function refused(error_message: string): RecordedResult {
  return { status: "failed", error_message, output: null, exit_code: null, signal: null };
}

function masked(result: RecordedResult, mask: Mask): RecordedResult {
  const output = mask.value(result.output);
  if (result.status === "completed") return { ...result, output };
  return { ...result, output, error_message: mask.text(result.error_message) };
}

const missingSecret = (name: string) =>
  `The project has no secret ${name}, which the step asks for. A maintainer can set it in the project's settings.`;
const unreadableSecret = (name: string) =>
  `The secret ${name} cannot be read: it was set under another NEXTAUTH_SECRET. A maintainer can set it again.`;

function isEmpty(change: Change): boolean {
  return !change.finished && change.skipped.length === 0 && !change.started && !change.ended;
}

/** Grows from 100 ms, with jitter so that workers do not come back in step. */
function backoff(tries: number): number {
  return Math.min(MAX_BACKOFF_MS, 100 * 2 ** Math.min(tries - 1, 10)) * (0.5 + Math.random() / 2);
}
