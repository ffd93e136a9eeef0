import {
  type Claim,
  ClaimLost,
  type ClaimResult,
  type ReleaseOptions,
  type RunFacts,
  type RunStore,
  StaleState,
  StoreUnavailable,
} from "../engine/run/ports";
import { apply } from "../journal/apply";
import type { RunState, StepState } from "../journal/run-state";
import { KEPT_OUTPUT_BYTES } from "../journal/run-state";
import { type Entry, isStepEntry } from "../model/entry";
import type { RunStatus } from "../model/states";

/** One run's rows in memory, fenced by epoch like the real ones. */
export class MemoryStore implements RunStore {
  status: RunStatus = "pending";
  epoch = 0;
  claimed = false;
  steps: StepState[];
  error_message: string | null = null;
  output: unknown = null;
  snapshot: string | null = null;
  /** Names of the artifacts that have a row. */
  readonly artifacts: string[] = [];
  /** What was written, in words. */
  readonly journal: string[] = [];
  /** Entries that are kept and not projected, a turn each. */
  kept: Entry[][] = [];
  floor = 0;
  /** As it was let go last: it takes no room in its project. */
  rests = false;
  /** Milliseconds after which the run was queued again, for each release that did. */
  readonly queued: number[] = [];
  /** Called before each record, which waits for it; may change the rows, as somebody else would. */
  beforeRecord: (entries: Entry[]) => void | Promise<void> = () => {};
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
    runId: string,
    first: NonNullable<Parameters<RunStore["claim"]>[1]> = () => [],
  ): Promise<ClaimResult> {
    if (runId !== this.run.id) return { kind: "idle" };
    if (this.claimed) return { kind: "busy" };
    const inFlight = this.steps.some((step) => step.status === "running") || this.kept.length > 0;
    const wants =
      this.status === "pending" || this.status === "running" || (this.status === "paused" && inFlight);
    if (!wants) return { kind: "idle" };
    this.claimed = true;
    this.epoch++;
    this.floor = 0;
    const claim = { run: this.run, epoch: this.epoch, worker_id: "worker" };
    const { epoch, worker_id } = claim;
    const starts = this.status === "pending";
    this.project([{ kind: "claimed", epoch, worker_id, starts }]);
    if (starts) this.steps = this.steps.map((step) => ({ ...step, tries: 0 }));
    this.projectKept();
    const entries = first(claim, this.state());
    this.project(entries);
    return { kind: "claimed", claim, state: this.state(), entries };
  }

  async load(claim: Claim, floor: number): Promise<RunState> {
    this.reach();
    this.fence(claim);
    this.floor = floor;
    this.projectKept();
    return this.state();
  }

  async confirm(claim: Claim): Promise<void> {
    this.reach();
    this.fence(claim);
  }

  async keep(claim: Claim, floor: number, _ordinal: number, entries: Entry[]): Promise<boolean> {
    this.reach();
    if (!this.claimed || claim.epoch !== this.epoch || this.status !== "running") return false;
    if (floor !== this.floor) return false;
    this.kept.push(entries);
    this.journal.push(
      `keep ${entries.flatMap((entry) => ("step_id" in entry ? entry.step_id : [])).join(", ")}`,
    );
    this.answer();
    return true;
  }

  async record(claim: Claim, floor: number, entries: Entry[]): Promise<RunStatus> {
    await this.beforeRecord(entries);
    this.reach();
    this.fence(claim);
    if (floor !== this.floor) throw new StaleState("the rows were read again meanwhile");
    if (this.status !== "running" && this.status !== "paused") return this.status;
    const before = [this.steps, this.kept.slice(), this.journal.length] as const;
    try {
      this.projectKept();
      this.project(this.status === "running" ? entries : entries.filter(({ kind }) => kind === "ended"));
    } catch (error) {
      [this.steps, this.kept] = before;
      this.journal.length = before[2];
      throw error;
    }
    this.answer();
    return this.status;
  }

  async release(
    claim: Claim,
    { after_ms, requeue, remains = [], waiting, cleared }: ReleaseOptions = {},
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
  projectKept(): void {
    this.project(this.kept.splice(0).flat());
  }

  private project(entries: Entry[]): void {
    for (const entry of entries) {
      if (entry.kind === "started" && entry.is_new) this.addStep(entry);
      if (entry.kind === "ended") this.refuseStale(entry);
      const rows = { status: this.status, snapshot: this.snapshot, current_phase: null, steps: this.steps };
      const { status, snapshot, steps } = apply(rows, [entry], this.now());
      Object.assign(this, { status, snapshot, steps });
      if (entry.kind === "ended") this.artifacts.push(...entry.artifacts.map((file) => file.name));
      if (entry.kind === "finished") {
        this.error_message = entry.error_message;
        this.output = entry.output ?? null;
        this.claimed = false;
      }
      this.journal.push(...wordsOf(entry));
    }
  }

  private addStep({ row_id, step_id }: Extract<Entry, { kind: "started" }>): void {
    this.steps = [
      ...this.steps,
      {
        row_id,
        step_id,
        status: "pending",
        attempt: 0,
        output: null,
        error_message: null,
        tries: 0,
        ended_at: null,
        running_attempt_id: null,
        waiting_for: null,
        wake_at: null,
      },
    ];
  }

  private refuseStale({ step_id, attempt_id, waited }: Extract<Entry, { kind: "ended" }>): void {
    if (this.step(step_id).running_attempt_id === attempt_id) return;
    throw waited ? new StaleState("decided") : new Error(`${step_id} does not run ${attempt_id}`);
  }

  private state(): RunState {
    const steps = this.steps.map((step) =>
      JSON.stringify(step.output).length > KEPT_OUTPUT_BYTES
        ? { ...step, output: null, output_left: true }
        : { ...step },
    );
    return { status: this.status, snapshot: this.snapshot, current_phase: null, steps };
  }

  private reach(): void {
    if (this.away === 0) return;
    this.away--;
    throw new StoreUnavailable("away");
  }

  private answer(): void {
    if (this.awayAfterWrite === 0) return;
    this.awayAfterWrite--;
    throw new StoreUnavailable("the answer was lost");
  }

  private fence(claim: Claim): void {
    if (!this.claimed || claim.epoch !== this.epoch) throw new ClaimLost("an old epoch");
  }
}

function wordsOf(entry: Entry): string[] {
  if (entry.kind === "finished") return [entry.status];
  if (!isStepEntry(entry)) return [];
  const { step_id } = entry;
  if (entry.kind === "started") return [`start ${step_id} ${entry.number}`];
  if (entry.kind === "ended") return [`${entry.status === "failed" ? "fail" : "complete"} ${step_id}`];
  return [`${entry.kind === "skipped" ? "skip" : entry.kind} ${step_id}`];
}
