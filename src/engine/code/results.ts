import type { StepState } from "../../journal/run-state";
import { outputFault } from "../../lib/output-fault";
import type { Planned } from "../run/plan";
import type { StepResult } from "../run/ports";
import type { FromHost } from "./protocol";

/** A function's message as the result of its step. Output that cannot be stored fails the step. */
export function resultOf(message: Extract<FromHost, { result: string }>): StepResult {
  if (!message.ok) return failed(message.error);
  const fault = outputFault(message.output);
  return fault === null ? completed(message.output) : failed(`What the function returned ${fault}`);
}

/** The end of the run, from what the definition's `run` returned or threw. */
export function endOf(message: Extract<FromHost, { end: true }>): NonNullable<Planned["ended"]> {
  if (!message.ok) return { status: "failed", error_message: message.error };
  const fault = outputFault(message.output);
  if (fault !== null) return { status: "failed", error_message: `What run returned ${fault}` };
  return { status: "completed", error_message: null, output: message.output };
}

/** The failed end of a run whose code did not ask for steps that are already recorded. */
export function wentAnotherWay(missed: Pick<StepState, "step_id">[]): NonNullable<Planned["ended"]> {
  const ids = missed.slice(0, 5).map(({ step_id }) => `"${step_id}"`);
  const more = missed.length > ids.length ? ` and ${missed.length - ids.length} more` : "";
  return {
    status: "failed",
    error_message: `The definition's code is not deterministic: it has asked for the ${missed.length === 1 ? "step" : "steps"} ${ids.join(", ")}${more} before, and came to its end without ${missed.length === 1 ? "it" : "them"} when it was started again. What differs between two passes (time, randomness, requests, files) belongs into a step.function, whose result is kept.`,
  };
}

export const completed = (output: unknown): StepResult => ({
  status: "completed",
  output,
  exit_code: null,
  signal: null,
});
export const failed = (error_message: string): StepResult => ({
  status: "failed",
  error_message,
  output: null,
  exit_code: null,
  signal: null,
});
