import type { StepState } from "../../journal/run-state";

/** Whether no process works on the step: it waits for people, for a time, or for its next attempt. */
export function isResting(step: StepState | undefined): boolean {
  if (!step) return false;
  return step.waiting_for !== null || (step.status === "pending" && step.tries > 0);
}

/** Steps in the order in which they ended, so that a race has the same winner in every pass. */
export function inOrderOfEnd(steps: readonly StepState[]): StepState[] {
  return [...steps].sort((one, other) => (one.ended_at ?? 0) - (other.ended_at ?? 0));
}

/** Steps that were tried before and that the code did not ask for in this pass. */
export function missedOf(steps: readonly StepState[], isAsked: (step_id: string) => boolean): StepState[] {
  return steps.filter(({ step_id, status, tries }) => tries > 0 && status !== "skipped" && !isAsked(step_id));
}
