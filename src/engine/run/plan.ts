import type { RunState, StepState } from "../../journal/run-state";
import { isStepEnded } from "../../model/states";
import type { CompiledStep } from "../definition/types";
import {
  decidesAfterFailure,
  ExpressionError,
  type ExpressionScope,
  evaluateCondition,
} from "../expressions/expressions";
import type { RunFacts } from "./ports";
import { expressionScope } from "./scope";
import { wakeBy } from "./wake-by";

export interface PlannedStep {
  step: CompiledStep;
  state: StepState;
}

/** What comes next in a run. With nothing to start, wait for or end, a running step has to end first. */
export interface Planned {
  /** Pending steps that are skipped. */
  skipped: StepState[];
  /** All steps, with this decision applied. */
  steps: StepState[];
  /** Steps that are recorded as running, by this claim or by an interrupted one. */
  running: PlannedStep[];
  /** Steps that wait for people or for a time; no process works on them. */
  waiting: PlannedStep[];
  /** Steps to start now; one with a refusal fails without running. */
  start: (PlannedStep & { refusal: string | null })[];
  /** Milliseconds until a retry is due or a wait is over; null where neither is. */
  wait_ms: number | null;
  /** The run's end; `output`: the value that the code of a definition in TypeScript returned. */
  ended: { status: "completed" | "failed"; error_message: string | null; output?: unknown } | null;
}

const MAX_RETRY_DELAY_MS = 60 * 60 * 1000;
/** Limit of steps of one run that run at the same time. */
export const MAX_PARALLEL = 8;

/**
 * Decides from a run's definition and state alone; `now` is in milliseconds. `missed` collects rows of large outputs
 * that conditions read and that are not in memory. If it is not empty in the end, the decision is void.
 */
export function plan(run: RunFacts, given: RunState, now: number, missed?: Set<string>): Planned {
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
  const decided = (rest: Partial<Planned>): Planned => ({
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
  const start: Planned["start"] = [];
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

/** The end of a run whose steps have all ended. */
function endOf(all: PlannedStep[]): Planned["ended"] {
  const broken = all.find(isFailure);
  if (!broken) return { status: "completed", error_message: null };
  const why = broken.state.error_message ? `: ${broken.state.error_message}` : "";
  return { status: "failed", error_message: `Step "${broken.step.name}" failed${why}` };
}

/** True for a failure that the definition does not tolerate. */
const isFailure = ({ step, state }: PlannedStep) => state.status === "failed" && !step.continue_on_error;

/** Ids of the steps that depend on a failed step, directly or not. `all` is in running order. */
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
 * Whether a step runs, once all its needs have ended. A failure before it, or that all the steps it names were skipped,
 * skips it, unless its `if` calls `always()` or `failure()`. Gives a reason to fail where `if` cannot be computed.
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

/** Whether another attempt follows a failed one; `tries` includes the failed one. */
export function isTriedAgain(step: CompiledStep, tries: number): boolean {
  return tries < step.retry.attempts;
}

/** Milliseconds from the end of attempt number `tries` to the next attempt. */
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
