import type { StepExit } from "../../engine/steps/step-process";

/** Why an agent's work is over. */
export type AgentEnd =
  | { why: "turn"; stop_reason: string }
  | { why: "refused" | "nonsense"; message: string }
  | { why: "exit"; exit: StepExit | null }
  | { why: "stalled" | "timeout" | "stopped" }
  | { why: "fault"; error: unknown };

const STOPS: Record<string, string> = {
  refusal: "refused to go on",
  max_tokens: "stopped at its limit of tokens",
  max_turn_requests: "stopped at its limit of requests in one turn",
  cancelled: "says that its turn was cancelled",
};

export const stopText = (reason: string) =>
  STOPS[reason] ?? `stopped for a reason that is not known: ${reason}`;

export function exitText(exit: StepExit | null): string {
  if (!exit) return "closed its output";
  return exit.signal ? `was ended by ${exit.signal}` : `exited with code ${exit.code}`;
}
