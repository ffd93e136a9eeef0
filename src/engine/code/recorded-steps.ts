import type { StepState } from "../../journal/run-state";

/** Nobody works on it: it waits for people, for time, or for its next attempt. */
export function isResting(step: StepState | undefined): boolean {
  if (!step) return false;
  return step.waiting_for !== null || (step.status === "pending" && step.tries > 0);
}

/** In the order in which they ended, so that a race of steps has the same winner in every pass. */
export function inOrderOfEnd(steps: readonly StepState[]): StepState[] {
  return [...steps].sort((one, other) => (one.ended_at ?? 0) - (other.ended_at ?? 0));
}

/** Those that a pass has not asked for though one before it did; what ran ahead of a retry may be gone from the code. */
export function missedOf(steps: readonly StepState[], isAsked: (step_id: string) => boolean): StepState[] {
  return steps.filter(({ step_id, status, tries }) => tries > 0 && status !== "skipped" && !isAsked(step_id));
}
