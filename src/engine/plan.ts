import type { CompiledStep } from "./definition/types";
import { ExpressionError, evaluateCondition } from "./expressions";
import type { RunFacts, RunState, StepState } from "./ports";
import { expressionScope } from "./scope";
import { isStepEnded } from "./states";

interface Planned {
  /** Pending steps that this decision passes over. */
  skipped: StepState[];
  /** Steps ended once the decision is recorded; those that a failure leaves behind do not count. */
  steps_ended: number;
}

export type Decision = Planned &
  (
    | { do: "start"; step: CompiledStep; state: StepState; refusal: string | null }
    /** A step is recorded as running: its attempt was interrupted, or is this claim's own. */
    | { do: "resume"; step: CompiledStep; state: StepState }
    | { do: "wait"; ms: number }
    | { do: "end"; status: "completed" | "failed"; error_message: string | null }
    /** The run is not running: nothing may be started. */
    | { do: "rest" }
  );

const MAX_RETRY_DELAY_MS = 60 * 60 * 1000;

/** What comes next in a run, from its definition and state alone. `now` is in milliseconds. */
export function plan(run: RunFacts, given: RunState, now: number): Decision {
  const steps = given.steps.map((step) => ({ ...step }));
  const byId = new Map(steps.map((step) => [step.step_id, step]));
  const skipped: StepState[] = [];
  const decided = (): Planned => ({
    skipped,
    steps_ended: steps.filter((step) => isStepEnded(step.status)).length,
  });

  const interrupted = steps.find((step) => step.status === "running");
  if (interrupted) {
    return { ...decided(), do: "resume", step: definitionOf(run, interrupted), state: interrupted };
  }
  if (given.status !== "running") return { ...decided(), do: "rest" };

  for (const step of run.definition.steps) {
    const state = byId.get(step.id);
    if (!state) throw new Error(`the run ${run.id} has no row for its step ${step.id}`);
    if (state.status === "failed" && !step.continue_on_error) {
      const rest = steps.filter((other) => other.status === "pending");
      const why = state.error_message ? `: ${state.error_message}` : "";
      const error_message = `Step "${step.name}" failed${why}`;
      return { ...decided(), skipped: [...skipped, ...rest], do: "end", status: "failed", error_message };
    }
    if (state.status !== "pending") continue;

    const wait = state.tries > 0 ? (state.ended_at ?? now) + retryDelay(step, state.tries) - now : 0;
    if (wait > 0) return { ...decided(), do: "wait", ms: wait };
    const condition = state.tries > 0 ? true : checkCondition(step, run, steps);
    if (condition !== false) {
      const refusal = condition === true ? null : condition;
      return { ...decided(), do: "start", step, state, refusal };
    }
    state.status = "skipped";
    skipped.push(state);
  }
  return { ...decided(), do: "end", status: "completed", error_message: null };
}

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

/** A text where the condition cannot be told: the step then fails with it. */
function checkCondition(step: CompiledStep, run: RunFacts, steps: StepState[]): boolean | string {
  if (step.if === null) return true;
  try {
    return evaluateCondition(step.if, expressionScope(run, steps));
  } catch (error) {
    if (error instanceof ExpressionError) return `if: ${error.message}`;
    throw error;
  }
}

function definitionOf(run: RunFacts, state: StepState): CompiledStep {
  const step = run.definition.steps.find((candidate) => candidate.id === state.step_id);
  if (!step) throw new Error(`the revision of run ${run.id} has no step ${state.step_id}`);
  return step;
}
