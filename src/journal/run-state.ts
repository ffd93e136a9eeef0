import type { RunStatus, StepStatus, WaitingFor } from "../engine/states";

/** Size as JSON from which on an output is left. What is kept holds no larger ones, so what is left is in the rows. */
export const KEPT_OUTPUT_BYTES = 16 * 1024;

/** A step as its rows tell it. */
export interface StepState {
  /** Id of the step's row; `step_id` is the definition's. */
  row_id: string;
  step_id: string;
  /** It has no row yet: the code of a definition asks for it first now. */
  is_new?: boolean;
  status: StepStatus;
  /** Number of the newest attempt; 0 before the first. */
  attempt: number;
  output: unknown;
  /** The output is large and was left in its row, so `output` is null; `readOutput` gives it. */
  output_left?: boolean;
  error_message: string | null;
  /** Attempts since the run was last started; what `retry` counts. */
  tries: number;
  /** When the newest attempt ended, in milliseconds of this process's clock. */
  ended_at: number | null;
  /** The attempt that is recorded as running, by this claim or by one that was lost. */
  running_attempt_id: string | null;
  /** Set where that attempt waits, and no process works on it. */
  waiting_for: WaitingFor | null;
  /** When the wait is over by itself, in milliseconds of this process's clock. */
  wake_at: number | null;
}

/** `steps` are in the definition's order. */
export interface RunState {
  status: RunStatus;
  current_phase: string | null;
  steps: StepState[];
}
