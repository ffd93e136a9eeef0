import type { StepState } from "../../journal/run-state";

/** A step that the code has asked for and that has no row yet. */
export function newStepState(row_id: string, step_id: string): StepState {
  return {
    row_id,
    is_new: true,
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
  };
}
