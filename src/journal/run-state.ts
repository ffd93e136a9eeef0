import type { RunStatus, StepStatus, WaitingFor } from "../model/states";

/** Larger outputs, in bytes of JSON, are left in their rows. Kept entries have none, so a left output has its row. */
export const KEPT_OUTPUT_BYTES = 16 * 1024;

/** A step, as its row and its attempts say. */
export interface StepState {
  /** Id of the step's row; `step_id` is the definition's. */
  row_id: string;
  step_id: string;
  /** True where the step has no row yet, since the definition's code asked for it just now. */
  is_new?: boolean;
  status: StepStatus;
  /** Number of the newest attempt; 0 before the first. */
  attempt: number;
  output: unknown;
  /** True where the output is large and was left in its row: `output` is null, and `readOutput` reads it. */
  output_left?: boolean;
  error_message: string | null;
  /** Attempts since the run last went back to the step or one before it; `retry` counts these. */
  tries: number;
  /** When the newest attempt ended, in milliseconds of this process's clock. */
  ended_at: number | null;
  /** The attempt that is recorded as running, by this claim or by a lost one. */
  running_attempt_id: string | null;
  /** Set where that attempt waits and no process works on it. */
  waiting_for: WaitingFor | null;
  /** When the wait ends by itself, in milliseconds of this process's clock. */
  wake_at: number | null;
}

/** `steps` are in the definition's order. */
export interface RunState {
  status: RunStatus;
  /** The commit with the run's files as they are to be while no step is at work; null before the first. */
  snapshot: string | null;
  current_phase: string | null;
  steps: StepState[];
}
