import { outputFault } from "../../lib/output-fault";
import type { Change, StepResult } from "../ports";
import type { FromHost } from "./protocol";

/** What a function gave as its step's result; what cannot be kept is a fault of the code. */
export function resultOf(message: Extract<FromHost, { result: string }>): StepResult {
  if (!message.ok) return failed(message.error);
  const fault = outputFault(message.output);
  return fault === null ? completed(message.output) : failed(`What the function returned ${fault}`);
}

/** What `run` gave as the run's end. */
export function endOf(message: Extract<FromHost, { end: true }>): NonNullable<Change["ended"]> {
  if (!message.ok) return { status: "failed", error_message: message.error };
  const fault = outputFault(message.output);
  if (fault !== null) return { status: "failed", error_message: `What run returned ${fault}` };
  return { status: "completed", error_message: null, output: message.output };
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
