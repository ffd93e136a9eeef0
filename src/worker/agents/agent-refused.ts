import { RequestError } from "@agentclientprotocol/sdk";
import { keyVariables } from "../../engine/agents/known-agents";
import { AGENTS_FILE, type AgentDefinition } from "../../engine/agents/parse-agents";

/** Why an agent does not work, as a reason for people. */
export class AgentRefused extends Error {
  override readonly name = "AgentRefused";
  /** Trying again changes nothing. */
  readonly isFinal: boolean;

  constructor(message: string, { isFinal = false } = {}) {
    super(message);
    this.isFinal = isFinal;
  }
}

const AUTH_REQUIRED = -32_000;
/** Agents have no one code for it: many give theirs, and say it in words. */
const SIGN_IN =
  /\bauth(entication|orization)? (is )?required\b|\bunauthori[sz]ed\b|\bnot (logged|signed) in\b|please run \/login|(invalid|incorrect|missing) (x-)?api[ -]key/i;

/** Turns what is an answer of the agent, and no break of the connection, into a reason. */
export function refusal(agent: AgentDefinition, what: string, ways: string[] = []) {
  return (error: unknown): never => {
    if (error instanceof Error && error.name === "ZodError") {
      throw new AgentRefused(`answered the ${what} in a way that the Agent Client Protocol does not know`);
    }
    if (!(error instanceof RequestError)) throw error;
    const details = detailsOf(error.data);
    const said = `${error.message}${details ? `: ${details}` : ""}`;
    if (error.code === AUTH_REQUIRED || SIGN_IN.test(said)) throw wantsSignIn(agent, said, ways);
    throw new AgentRefused(`answered the ${what} with an error: ${said} (${error.code})`);
  };
}

function wantsSignIn(agent: AgentDefinition, said: string, ways: string[]): AgentRefused {
  const keys = keyVariables(agent);
  const key = keys.length > 0 ? keys.join(" or ") : "its key";
  const named = ways.length > 0 ? `, with auth (${ways.join(", ")}) in ${AGENTS_FILE}` : "";
  const mend = `give it ${key} by the step's secrets${named}, or sign it in as the worker's user`;
  return new AgentRefused(`wants to be signed in (${said}): ${mend}`, { isFinal: true });
}

function detailsOf(data: unknown): string | null {
  if (typeof data === "string") return data;
  if (typeof data !== "object" || data === null) return null;
  const { details, message } = data as { details?: unknown; message?: unknown };
  return ([details, message].find((each) => typeof each === "string") as string | undefined) ?? null;
}
