/** What is known of agents that many people use: how each speaks the protocol, and what it signs in with. */
import type { AgentDefinition } from "./parse-agents";

interface KnownAgent {
  /** How the program or its package is called; for npx and the like among the args. */
  is: RegExp;
  /** What starts it in protocol mode, as its `command` and `args`; null: it speaks nothing else. */
  starts: { command?: string; args?: string[]; install?: string } | null;
  /** Variables, of which one holds its key. */
  keys: string[];
}

const flag = (is: RegExp, ...keys: string[]): KnownAgent => ({ is, starts: { args: ["--acp"] }, keys });
const command = (is: RegExp, ...keys: string[]): KnownAgent => ({ is, starts: { args: ["acp"] }, keys });

/** An adapter stands before the program that it adapts, whose name its own may hold. */
const KNOWN: KnownAgent[] = [
  { is: /^claude(-code|-agent)?-acp$/, starts: null, keys: ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"] },
  { is: /^codex-acp$/, starts: null, keys: ["CODEX_API_KEY", "OPENAI_API_KEY"] },
  {
    is: /^claude(-code)?$/,
    starts: { command: "claude-agent-acp", install: "@agentclientprotocol/claude-agent-acp" },
    keys: ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"],
  },
  {
    is: /^codex$/,
    starts: { command: "codex-acp", install: "@agentclientprotocol/codex-acp" },
    keys: ["CODEX_API_KEY", "OPENAI_API_KEY"],
  },
  flag(/^gemini(-cli)?$/, "GEMINI_API_KEY"),
  flag(/^qwen(-code)?$/, "OPENAI_API_KEY"),
  flag(/^copilot$/, "COPILOT_GITHUB_TOKEN", "GH_TOKEN"),
  flag(/^auggie$/, "AUGMENT_SESSION_AUTH"),
  command(/^opencode(-ai)?$/),
  command(/^goose$/),
  command(/^cursor-agent$/, "CURSOR_API_KEY"),
  command(/^kimi(-cli)?$/),
  command(/^kiro-cli(-chat)?$/),
  command(/^(kilo|kilocode)$/),
  { is: /^droid$/, starts: { args: ["exec", "--output-format", "acp"] }, keys: ["FACTORY_API_KEY"] },
];

type Started = Pick<AgentDefinition, "command" | "args">;

/** `/opt/bin/gemini`, `gemini.js` and `@google/gemini-cli@0.1` by the name that they are known by. */
const bareName = (word: string) =>
  (word.split(/[\\/]/).at(-1) ?? "").replace(/(.)@.*$/, "$1").replace(/\.(m?js|cmd|exe)$/, "");

function find({ command, args }: Started): KnownAgent | undefined {
  // What starts others names the agent among its args; the args of an agent itself may be any words.
  const starts = /^(npx|bunx|pnpx|npm|pnpm|yarn|bun|node|uvx|deno|env)$/.test(bareName(command));
  const words = starts ? args.filter((arg) => !arg.startsWith("-")) : [command];
  const names = words.map(bareName);
  return KNOWN.find(({ is }) => names.some((name) => is.test(name)));
}

/** How an agent that does not speak the protocol is to be started, as a sentence; null where it is not known. */
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

/** The variables of which one signs the agent in; empty where they are not known. */
export function keyVariables(agent: Started): string[] {
  return find(agent)?.keys ?? [];
}
