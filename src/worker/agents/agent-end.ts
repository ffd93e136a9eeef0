import { protocolMode } from "../../engine/agent-settings/known-agents";
import type { AgentDefinition } from "../../engine/agent-settings/parse-agents";
import { durationText } from "../../engine/expressions/duration-text";
import type { StepExit } from "../../engine/steps/step-process";
import { lastWords } from "./last-words";

/** How an agent's work ended. */
export type AgentEnd =
  | { why: "turn"; stop_reason: string }
  | { why: "refused"; message: string; is_final: boolean }
  | { why: "nonsense"; message: string }
  | { why: "exit"; exit: StepExit | null }
  | { why: "stalled" | "timeout" }
  | { why: "stopped" }
  | { why: "fault"; error: unknown };

/** What a log says where we have the agent end its turn. */
export const WHY_STOPPED = {
  message: "The agent is told to stop, since somebody writes to it.",
  budget:
    "The agent is told to stop, since the run's budget is reached. It goes on once somebody has raised it.",
} as const;

const STOPS: Record<string, string> = {
  refusal: "refused to go on",
  max_tokens: "stopped at its limit of tokens",
  max_turn_requests: "stopped at its limit of requests in one turn",
  cancelled: "says that its turn was cancelled",
};

const stopText = (reason: string) => STOPS[reason] ?? `stopped for a reason that is not known: ${reason}`;

function exitText(exit: StepExit | null): string {
  if (!exit) return "closed its output";
  return exit.signal ? `was ended by ${exit.signal}` : `exited with code ${exit.code}`;
}

/** Facts of an agent's work that the reason of its failure mentions. */
interface Told {
  /** True once the agent has answered by the protocol. */
  greeted: boolean;
  /** The last text that the agent sent about its session. */
  info: string | null;
  stderr: string;
  timeout_ms: number;
}

export interface AgentFault {
  message: string;
  exit_code?: number | null;
  signal?: string | null;
  is_final?: boolean;
}

/** The step's failure with a reason for people; null where the agent's turn ended well. */
export function faultOf(
  end: Exclude<AgentEnd, { why: "stopped" | "fault" }>,
  agent: AgentDefinition,
  { greeted, info, stderr, timeout_ms }: Told,
): AgentFault | null {
  const name = `The agent "${agent.name}"`;
  const words = lastWords(stderr);
  const quoted = words === "" ? "" : `. Its last words:\n${words}`;
  const mode = greeted ? null : protocolMode(agent);
  const start = mode === null ? "" : `. ${mode}`;
  switch (end.why) {
    case "turn":
      return end.stop_reason === "end_turn" ? null : { message: `${name} ${stopText(end.stop_reason)}` };
    case "refused":
      return { message: `${name} ${end.message}${quoted}`, is_final: end.is_final };
    case "nonsense":
      return {
        message: `${name} does not speak the Agent Client Protocol: it wrote ${end.message}${start}`,
      };
    case "exit": {
      const message = `${name} ${exitText(end.exit)} before its turn was over${start}${quoted}`;
      return end.exit ? { message, exit_code: end.exit.code, signal: end.exit.signal } : { message };
    }
    case "stalled": {
      const told = info === null ? "" : `. What it told last is "${info}"`;
      const silent = `nothing came from it for ${durationText(agent.stall_ms)}, and for as long again`;
      return { message: `${name} hangs: ${silent}${told}` };
    }
    case "timeout":
      return { message: `Timed out after ${durationText(timeout_ms)}` };
  }
}
