import type { RunState, StepState } from "../journal/run-state";
import type { CompiledStep } from "./definition/types";
import { decidesAfterFailure, ExpressionError, type ExpressionScope, evaluateCondition } from "./expressions";
import type { RunFacts } from "./ports";
import { expressionScope } from "./scope";
import { isStepEnded } from "./states";
import { wakeBy } from "./wake-by";

export interface PlannedStep {
  step: CompiledStep;
  state: StepState;
}

/** What comes next in a run. Nothing to start, to wait for or to end: what is running has to end first. */
export interface Decision {
  /** Pending steps that this decision passes over. */
  skipped: StepState[];
  /** Every step as it is with this decision. */
  steps: StepState[];
  /** Recorded as running, by this claim or by one that was interrupted. */
  running: PlannedStep[];
  /** Running without a process, for people or for time. */
  waiting: PlannedStep[];
  /** To be started now; with a refusal, to fail without running. */
  start: (PlannedStep & { refusal: string | null })[];
  /** Milliseconds until a step may be tried again or has waited its time; null where none does. */
  wait_ms: number | null;
  /** The run ends so; `output`: what the code of a definition in TypeScript returned. */
  ended: { status: "completed" | "failed"; error_message: string | null; output?: unknown } | null;
}

const MAX_RETRY_DELAY_MS = 60 * 60 * 1000;
/** Steps of one run that are in flight at a time; a definition may have hundreds side by side. */
export const MAX_PARALLEL = 8;

/**
 * Decides from a run's definition and state alone. `now` is in milliseconds. Where `missed` has rows of steps in the end,
 * the decision is void: their outputs were left, and a condition reads them.
 */
export function plan(run: RunFacts, given: RunState, now: number, missed?: Set<string>): Decision {
  const steps = given.steps.map((step) => ({ ...step }));
  const byId = new Map(steps.map((step) => [step.step_id, step]));
  const stateOf = (step: CompiledStep): StepState => {
    const state = byId.get(step.id);
    if (!state) throw new Error(`the run ${run.id} has no row for its step ${step.id}`);
    return state;
  };
  const all = run.definition.steps.map((step) => ({ step, state: stateOf(step) }));
  const open = all.filter(({ state }) => state.status === "running");
  const running = open.filter(({ state }) => state.waiting_for === null);
  const waiting = open.filter(({ state }) => state.waiting_for !== null);
  const decided = (rest: Partial<Decision>): Decision => ({
    skipped: [],
    steps,
    running,
    waiting,
    start: [],
    wait_ms: null,
    ended: null,
    ...rest,
  });
  if (given.status !== "running") return decided({});

  const skipped: StepState[] = [];
  const start: Decision["start"] = [];
  const waits = waiting.flatMap(({ state }) =>
    state.wake_at === null ? [] : [Math.max(0, state.wake_at - now)],
  );
  const failures = behindFailures(all);
  for (const { step, state } of all) {
    if (state.status !== "pending" || !step.needs.every((id) => hasEnded(byId.get(id)))) continue;
    const since = state.ended_at ?? now;
    const wait =
      state.tries > 0 ? wakeBy(now, { since, wake_at: since + retryDelay(step, state.tries) }) - now : 0;
    if (wait > 0) {
      waits.push(wait);
      continue;
    }
    const condition = state.tries > 0 ? true : mayRun(step, run, steps, failures, missed);
    if (condition !== false) {
      if (running.length + start.length < MAX_PARALLEL) {
        start.push({ step, state, refusal: condition === true ? null : condition });
      }
    } else {
      state.status = "skipped";
      skipped.push(state);
    }
  }
  const isDone = steps.every((step) => isStepEnded(step.status));
  const wait_ms = waits.length > 0 ? Math.min(...waits) : null;
  return decided({ skipped, start, wait_ms, ended: isDone ? endOf(all) : null });
}

/** How a run ends whose steps all have. */
function endOf(all: PlannedStep[]): Decision["ended"] {
  const broken = all.find(isFailure);
  if (!broken) return { status: "completed", error_message: null };
  const why = broken.state.error_message ? `: ${broken.state.error_message}` : "";
  return { status: "failed", error_message: `Step "${broken.step.name}" failed${why}` };
}

/** A failure that the definition does not tolerate. */
const isFailure = ({ step, state }: PlannedStep) => state.status === "failed" && !step.continue_on_error;

/** Ids of the steps that wait, near or far, for one that failed. `all` are in running order. */
function behindFailures(all: PlannedStep[]): Set<string> {
  const failed = new Set(all.filter(isFailure).map(({ step }) => step.id));
  const behind = new Set<string>();
  if (failed.size === 0) return behind;
  for (const { step } of all) {
    if (step.needs.some((id) => failed.has(id) || behind.has(id))) behind.add(step.id);
  }
  return behind;
}

/**
 * Whether a step runs, now that all it needs has ended. Where its `if` says `always()` or `failure()` that decides
 * alone; otherwise a failure before it skips it, and so does it that all the steps it names were skipped. A text where
 * the condition cannot be told: the step then fails with it.
 */
function mayRun(
  step: CompiledStep,
  run: RunFacts,
  steps: StepState[],
  failures: Set<string>,
  missed: Set<string> | undefined,
): boolean | string {
  const isBehindFailure = failures.has(step.id);
  const isLeftOut =
    step.needs_named === true &&
    step.needs.length > 0 &&
    step.needs.every((id) => steps.find(({ step_id }) => step_id === id)?.status === "skipped");
  if (isBehindFailure || isLeftOut) {
    if (step.if === null || !decidesAfterFailure(step.if)) return false;
  }
  return checkCondition(step, expressionScope(run, steps, { failure: isBehindFailure, missed }));
}

const hasEnded = (step: StepState | undefined) => step !== undefined && isStepEnded(step.status);

/** Whether a failed attempt is followed by another; `tries` counts it. */
export function isTriedAgain(step: CompiledStep, tries: number): boolean {
  return tries < step.retry.attempts;
}

/** Milliseconds between the end of the `tries`-th attempt and the next. */
export function retryDelay(step: CompiledStep, tries: number): number {
  const { delay_ms, backoff } = step.retry;
  const grown = backoff === "exponential" ? delay_ms * 2 ** Math.min(tries - 1, 30) : delay_ms;
  return Math.min(grown, Math.max(delay_ms, MAX_RETRY_DELAY_MS));
}

function checkCondition(step: CompiledStep, scope: ExpressionScope): boolean | string {
  if (step.if === null) return true;
  try {
    return evaluateCondition(step.if, scope);
  } catch (error) {
    if (error instanceof ExpressionError) return `if: ${error.message}`;
    throw error;
  }
}
