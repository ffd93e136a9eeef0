import { KEPT_OUTPUT_BYTES } from "../engine/large-outputs";
import {
  type Change,
  type Checkpoint,
  type Claim,
  ClaimLost,
  type ClaimResult,
  type FinishedAttempt,
  type RunFacts,
  type RunState,
  type RunStore,
  StaleState,
  type StartedAttempt,
  type StepState,
  StoreUnavailable,
} from "../engine/ports";
import type { RunStatus } from "../engine/states";

/** One run's rows in memory, fenced by epoch like the real ones. */
export class MemoryStore implements RunStore {
  status: RunStatus = "pending";
  epoch = 0;
  claimed = false;
  steps: StepState[];
  error_message: string | null = null;
  output: unknown = null;
  steps_ended = 0;
  /** Names of the artifacts that have a row. */
  readonly artifacts: string[] = [];
  /** What was written, in words. */
  readonly journal: string[] = [];
  /** Kept and not recorded. */
  checkpoints: Checkpoint[] = [];
  /** Least ordinal of a checkpoint that is still taken. */
  floor = 0;
  /** As it was let go last: it takes no room in its project. */
  rests = false;
  /** Milliseconds after which the run was queued again, for each release that did. */
  readonly queued: number[] = [];
  /** Called before each record, which waits for it; may change the rows, as somebody else would. */
  beforeRecord: (change: Change) => void | Promise<void> = () => {};
  /** Counts down: the next calls find the store away; with `afterWrite`, only once the write was made. */
  away = 0;
  awayAfterWrite = 0;

  constructor(
    readonly run: RunFacts,
    private readonly now: () => number,
  ) {
    this.steps = run.definition.steps.map((step) => ({
      row_id: `row-${step.id}`,
      step_id: step.id,
      status: "pending",
      attempt: 0,
      output: null,
      error_message: null,
      tries: 0,
      ended_at: null,
      running_attempt_id: null,
      waiting_for: null,
      wake_at: null,
    }));
  }

  async claim(
    _runId: string,
    first: NonNullable<Parameters<RunStore["claim"]>[1]> = () => null,
  ): Promise<ClaimResult> {
    if (this.claimed) return { kind: "busy" };
    const inFlight = this.steps.some((step) => step.status === "running");
    const wants =
      this.status === "pending" || this.status === "running" || (this.status === "paused" && inFlight);
    if (!wants) return { kind: "idle" };
    if (this.status === "pending") this.status = "running";
    this.claimed = true;
    this.epoch++;
    this.floor = 0;
    this.recordCheckpoints();
    const claim = { run: this.run, epoch: this.epoch, worker_id: "worker" };
    const state = this.state();
    const change = first(claim, state);
    if (change) {
      this.begin(change.started);
      this.steps_ended = change.steps_ended;
    }
    return { kind: "claimed", claim, state, change };
  }

  async load(claim: Claim, floor = this.floor): Promise<RunState> {
    this.reach();
    this.fence(claim);
    this.floor = floor;
    this.recordCheckpoints();
    return this.state();
  }

  async confirm(claim: Claim): Promise<void> {
    this.reach();
    this.fence(claim);
  }

  async checkpoint(claim: Claim, checkpoint: Checkpoint): Promise<boolean> {
    this.reach();
    if (!this.claimed || claim.epoch !== this.epoch || this.status !== "running") return false;
    if (checkpoint.ordinal < this.floor) return false;
    this.checkpoints.push(checkpoint);
    const words = [...checkpoint.finished, ...checkpoint.started].map(({ step }) => step.step_id);
    this.journal.push(`keep ${words.join(", ")}`);
    if (this.awayAfterWrite > 0) {
      this.awayAfterWrite--;
      throw new StoreUnavailable("the answer was lost");
    }
    return true;
  }

  async record(claim: Claim, change: Change): Promise<RunStatus> {
    await this.beforeRecord(change);
    this.reach();
    this.fence(claim);
    if (this.status !== "running" && this.status !== "paused") return this.status;
    const before = [this.steps, this.checkpoints.slice(), this.journal.length] as const;
    try {
      this.apply(change);
    } catch (error) {
      [this.steps, this.checkpoints] = before;
      this.journal.length = before[2];
      throw error;
    }
    if (this.awayAfterWrite > 0) {
      this.awayAfterWrite--;
      throw new StoreUnavailable("the answer was lost");
    }
    return this.status;
  }

  async release(
    claim: Claim,
    {
      after_ms,
      requeue,
      remains = [],
      waiting,
      cleared,
    }: NonNullable<Parameters<RunStore["release"]>[1]> = {},
  ): Promise<void> {
    this.reach();
    if (!this.claimed || claim.epoch !== this.epoch) return;
    this.claimed = false;
    this.artifacts.push(...remains.flatMap(({ artifacts }) => artifacts.map((file) => file.name)));
    this.rests = false;
    if (requeue === false) return;
    const rests = waiting?.every((row) => this.steps.some((step) => step.row_id === row && step.waiting_for));
    this.rests = rests === true && this.status === "running";
    if (rests && after_ms === undefined) return;
    const isLater = waiting ? rests : after_ms !== undefined;
    if (this.status === "cancelled" && !cleared) this.queued.push(0);
    if (this.status === "running" || this.status === "pending") this.queued.push((isLater && after_ms) || 0);
  }

  /** As if another worker had taken the run over. */
  takeOver(): void {
    this.epoch++;
  }

  step(id: string): StepState {
    const found = this.steps.find((step) => step.step_id === id);
    if (!found) throw new Error(`there is no step ${id}`);
    return found;
  }

  /** What whoever claims or cancels the run does first. */
  recordCheckpoints(count = this.checkpoints.length): void {
    for (const { finished, started } of this.checkpoints.splice(0, count)) {
      for (const attempt of finished) this.finish(attempt.step.step_id, attempt);
      this.begin(started);
    }
  }

  private apply(change: Change): void {
    const { checkpoints, finished, ended } = change;
    const last = checkpoints.at(-1)?.ordinal ?? -1;
    const taken = this.checkpoints.filter(({ ordinal }) => ordinal <= last);
    if (taken.length !== checkpoints.length) throw new Error("there are checkpoints that are not told of");
    this.recordCheckpoints(taken.length);
    for (const attempt of finished) {
      this.finish(attempt.step.step_id, attempt);
      this.artifacts.push(...attempt.artifacts.map((file) => file.name));
    }
    if (this.status === "running") {
      for (const { step_id } of change.skipped)
        this.write(step_id, { status: "skipped", waiting_for: null, wake_at: null }, `skip ${step_id}`);
      this.begin(change.started);
      this.steps_ended = change.steps_ended;
      if (ended) {
        this.status = ended.status;
        this.error_message = ended.error_message;
        this.output = ended.output ?? null;
        this.claimed = false;
        this.journal.push(ended.status);
      }
    }
  }

  private begin(started: StartedAttempt[]): void {
    for (const { step, number, attempt_id, waiting } of started) {
      if (step.is_new) this.steps = [...this.steps, { ...step, is_new: false }];
      const running = {
        status: "running",
        attempt: number,
        running_attempt_id: attempt_id,
        waiting_for: waiting?.for ?? null,
        wake_at: waiting ? this.now() + waiting.wake_after_ms : null,
      } as const;
      this.write(step.step_id, { ...running, tries: step.tries + 1 }, `start ${step.step_id} ${number}`);
    }
  }

  private finish(step_id: string, { step, result, again, attempt_id }: FinishedAttempt): void {
    if (this.step(step_id).running_attempt_id !== attempt_id) {
      throw step.waiting_for ? new StaleState("decided") : new Error(`${step_id} does not run ${attempt_id}`);
    }
    const ended = {
      status: again ? ("pending" as const) : result.status,
      output: result.output,
      error_message: result.status === "failed" ? result.error_message : null,
      ended_at: this.now(),
      running_attempt_id: null,
      waiting_for: null,
      wake_at: null,
    };
    this.write(step_id, ended, `${result.status === "failed" ? "fail" : "complete"} ${step_id}`);
  }

  private write(step_id: string, values: Partial<StepState>, line: string): void {
    this.steps = this.steps.map((step) => (step.step_id === step_id ? { ...step, ...values } : step));
    this.journal.push(line);
  }

  private state(): RunState {
    const steps = this.steps.map((step) =>
      JSON.stringify(step.output).length > KEPT_OUTPUT_BYTES
        ? { ...step, output: null, output_left: true }
        : { ...step },
    );
    return { status: this.status, current_phase: null, steps };
  }

  private reach(): void {
    if (this.away === 0) return;
    this.away--;
    throw new StoreUnavailable("away");
  }

  private fence(claim: Claim): void {
    if (!this.claimed || claim.epoch !== this.epoch) throw new ClaimLost("an old epoch");
  }
}
