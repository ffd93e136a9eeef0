import { RequestError } from "@agentclientprotocol/sdk";
import { keyVariables } from "../../engine/agent-settings/known-agents";
import { AGENTS_FILE, type AgentDefinition } from "../../engine/agent-settings/parse-agents";

/** An agent that cannot work, with a reason for people. */
export class AgentRefused extends Error {
  override readonly name = "AgentRefused";
  /** True where another attempt would fail the same way. */
  readonly isFinal: boolean;

  constructor(message: string, { isFinal = false } = {}) {
    super(message);
    this.isFinal = isFinal;
  }
}

const AUTH_REQUIRED = -32_000;
/** Texts that mean "sign in first". Agents have no common code for it. */
const SIGN_IN =
  /\bauth(entication|orization)? (is )?required\b|\bunauthori[sz]ed\b|\bnot (logged|signed) in\b|please run \/login|(invalid|incorrect|missing) (x-)?api[ -]key/i;

/** Turns an error answer of the agent into a reason. Rethrows a broken connection. */
export function refusal(agent: AgentDefinition, what: string, ways: string[] = []) {
  return (error: unknown): never => {
    if (error instanceof Error && error.name === "ZodError") {
      throw new AgentRefused(`answered the ${what} in a way that the Agent Client Protocol does not know`);
    }
    if (!(error instanceof RequestError)) throw error;
    const said = saidBy(error);
    if (error.code === AUTH_REQUIRED || SIGN_IN.test(said)) throw wantsSignIn(agent, said, ways);
    throw new AgentRefused(`answered the ${what} with an error: ${said} (${error.code})`);
  };
}

/** Turns a failed sign-in into a reason. It is final: the same sign-in would fail again. */
export function signInRefused(agent: AgentDefinition, ways: string[]) {
  return (error: unknown): never => {
    if (!(error instanceof RequestError)) throw error;
    const said = `${saidBy(error)} (${error.code})`;
    const offered = ways.length > 0 ? `; it offers ${ways.join(", ")}` : "; it offers no way to sign in";
    const other = ways.length > 0 ? "choose another way with" : "leave out";
    const mend = `give it ${keyOf(agent)} by the step's secrets, ${other} auth in ${AGENTS_FILE}, ${BY_HAND}`;
    throw new AgentRefused(`refused the sign-in "${agent.auth}" (${said})${offered}: ${mend}`, {
      isFinal: true,
    });
  };
}

function wantsSignIn(agent: AgentDefinition, said: string, ways: string[]): AgentRefused {
  const named = ways.length > 0 ? `, with auth (${ways.join(", ")}) in ${AGENTS_FILE}` : "";
  const mend = `give it ${keyOf(agent)} by the step's secrets${named}, ${BY_HAND}`;
  return new AgentRefused(`wants to be signed in (${said}): ${mend}`, { isFinal: true });
}

const BY_HAND = "or sign it in as the worker's user";

/** The variable that holds the agent's key, where it is known. */
function keyOf(agent: AgentDefinition): string {
  const keys = keyVariables(agent);
  return keys.length > 0 ? keys.join(" or ") : "its key";
}

function saidBy({ message, data }: RequestError): string {
  const details = detailsOf(data);
  return `${message}${details ? `: ${details}` : ""}`;
}

function detailsOf(data: unknown): string | null {
  if (typeof data === "string") return data;
  if (typeof data !== "object" || data === null) return null;
  const { details, message } = data as { details?: unknown; message?: unknown };
  return ([details, message].find((each) => typeof each === "string") as string | undefined) ?? null;
}
