/** Agents that many people use: how each is started in protocol mode, and which variables may hold its key. */
import type { AgentDefinition } from "./parse-agents";

interface KnownAgent {
  /** Matches the name of the program or its package. With npx and the like, that name is one of the args. */
  is: RegExp;
  /** The `command` and `args` that start it in protocol mode. Null: the agent does not speak the protocol. */
  starts: { command?: string; args?: string[]; install?: string } | null;
  /** What signs it in at a terminal: another program, or args for its own. Absent: the program does it when it starts. */
  signsIn?: { command?: string; args?: string[] };
  /** Names of variables; one of them has to hold the agent's key. */
  keys: string[];
}

const CLAUDE = { signsIn: { command: "claude" }, keys: ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"] };
const CODEX = { signsIn: { command: "codex", args: ["login"] }, keys: ["CODEX_API_KEY", "OPENAI_API_KEY"] };

const flag = (is: RegExp, ...keys: string[]): KnownAgent => ({ is, starts: { args: ["--acp"] }, keys });
const command = (is: RegExp, ...keys: string[]): KnownAgent => ({ is, starts: { args: ["acp"] }, keys });
/** By these args it signs in. */
const signedInBy = (known: KnownAgent, ...args: string[]): KnownAgent => ({ ...known, signsIn: { args } });

/** Adapters stand first: an adapter's name may hold the name of the program that it adapts. */
const KNOWN: KnownAgent[] = [
  { is: /^claude(-code|-agent)?-acp$/, starts: null, ...CLAUDE },
  { is: /^codex-acp$/, starts: null, ...CODEX },
  {
    is: /^claude(-code)?$/,
    starts: { command: "claude-agent-acp", install: "@agentclientprotocol/claude-agent-acp" },
    ...CLAUDE,
  },
  {
    is: /^codex$/,
    starts: { command: "codex-acp", install: "@agentclientprotocol/codex-acp" },
    ...CODEX,
  },
  flag(/^gemini(-cli)?$/, "GEMINI_API_KEY"),
  flag(/^qwen(-code)?$/, "OPENAI_API_KEY"),
  flag(/^copilot$/, "COPILOT_GITHUB_TOKEN", "GH_TOKEN"),
  signedInBy(flag(/^auggie$/, "AUGMENT_SESSION_AUTH"), "login"),
  signedInBy(command(/^opencode(-ai)?$/), "auth", "login"),
  signedInBy(command(/^goose$/), "configure"),
  signedInBy(command(/^cursor-agent$/, "CURSOR_API_KEY"), "login"),
  command(/^kimi(-cli)?$/),
  signedInBy(command(/^kiro-cli(-chat)?$/), "login"),
  command(/^(kilo|kilocode)$/),
  { is: /^droid$/, starts: { args: ["exec", "--output-format", "acp"] }, keys: ["FACTORY_API_KEY"] },
];

type Started = Pick<AgentDefinition, "command" | "args">;

/** The bare name of a program: `/opt/bin/gemini`, `gemini.js` and `@google/gemini-cli@0.1` all give `gemini`. */
const bareName = (word: string) =>
  (word.split(/[\\/]/).at(-1) ?? "").replace(/(.)@.*$/, "$1").replace(/\.(m?js|cmd|exe)$/, "");

function find({ command, args }: Started): KnownAgent | undefined {
  // A launcher such as npx names the agent among its args. The args of an agent itself may be any words.
  const starts = /^(npx|bunx|pnpx|npm|pnpm|yarn|bun|node|uvx|deno|env)$/.test(bareName(command));
  const words = starts ? args.filter((arg) => !arg.startsWith("-")) : [command];
  const names = words.map(bareName);
  return KNOWN.find(({ is }) => names.some((name) => is.test(name)));
}

/** A sentence that says how to start the agent in protocol mode; null for an agent that is not known here. */
export function protocolMode(agent: Started): string | null {
  const starts = find(agent)?.starts;
  if (starts?.command) {
    return `It is no program of the protocol itself: use command: ${starts.command} (npm install -g ${starts.install})`;
  }
  const args = starts?.args;
  const isSo = args?.every((arg) => agent.args.some((given) => given.includes(arg.replace(/^--/, ""))));
  if (args && !isSo) {
    return `It speaks the protocol when it is started with args: [${[...agent.args, ...args].join(", ")}]`;
  }
  return null;
}

/** What to start at a terminal so that a person can sign the agent in: its own program, not in protocol mode. */
export function signInProgram(agent: Started): Started {
  const known = find(agent);
  const { command, args = [] } = known?.signsIn ?? {};
  if (command !== undefined) return { command, args };
  const protocol = known?.starts?.args ?? [];
  const rest = agent.args.filter((arg) => !protocol.includes(arg) && !arg.endsWith("-acp"));
  return { command: agent.command, args: [...(known ? rest : agent.args), ...args] };
}

/** Names of the variables of which one signs the agent in; empty for an agent that is not known here. */
export function keyVariables(agent: Started): string[] {
  return find(agent)?.keys ?? [];
}
