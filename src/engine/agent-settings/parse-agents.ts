/** The agents of a project, from `.agent/agents.yaml`. */
import { z } from "zod";
import { parseShape } from "../definition/check-shape";
import { envOf } from "../definition/compile";
import { type DefinitionFault, describeValue } from "../definition/faults";
import { duration, text } from "../definition/shape-parts";
import { readYaml, type YamlSource } from "../definition/yaml-document";
import { EnvShape } from "../definition/yaml-shape";
import { ArgsShape, type McpServerDefinition, NAME, readMcpServers } from "./mcp-servers";

/** Relative to the project's folder. */
export const AGENTS_FILE = ".agent/agents.yaml";

export interface AgentDefinition {
  name: string;
  /** A program by name or path, never shell text. */
  command: string;
  args: string[];
  env: Record<string, string>;
  /** The protocol's id of the sign-in method, for agents that ask for one. Null: the agent signs in by itself. */
  auth: string | null;
  /** How an agent's request for permission is answered; `ask`: people decide. */
  permissions: "ask" | "allow" | "deny";
  /** Milliseconds of silence after which the agent counts as stalled. After twice as long it is ended. */
  stall_ms: number;
  /** Milliseconds that each answer before the prompt (greeting, sign-in, session) may take. */
  handshake_ms: number;
  /** The protocol's ids of a model and a mode that the agent offers. Null: the agent chooses. */
  model: string | null;
  mode: string | null;
  mcp_servers: McpServerDefinition[];
}

export type ParsedAgents =
  | { ok: true; agents: ReadonlyMap<string, AgentDefinition> }
  | { ok: false; faults: DefinitionFault[] };

const AgentShape = z.strictObject(
  {
    command: text("a program, for example npx", 1_000),
    args: ArgsShape,
    env: EnvShape.default({}),
    auth: text("the id of a way to sign in", 200).optional(),
    permissions: z.enum(["ask", "allow", "deny"], { error: "ask, allow or deny" }).default("ask"),
    stall: duration("1s", "24h").default(5 * 60_000),
    handshake: duration("1s", "1h").default(30_000),
    model: text("the id of a model that the agent offers", 200).optional(),
    mode: text("the id of a mode that the agent offers", 200).optional(),
    mcp_servers: z
      .record(z.string(), z.unknown(), { error: "a mapping of names to MCP servers" })
      .default({}),
  },
  { error: "a mapping with command and args" },
);

/** Reads the agents from the source of `AGENTS_FILE`; faults stand in the order of the file. */
export function parseAgents(source: string): ParsedAgents {
  const agents = new Map<string, AgentDefinition>();
  const faults = readYaml(source, AGENTS_FILE, (yaml) => {
    const { value, report } = yaml;
    if (value === null) return;
    if (typeof value !== "object" || Array.isArray(value)) {
      report([], `expected a mapping of names to agents, found ${describeValue(value)}`);
      return;
    }
    for (const [name, given] of Object.entries(value)) readAgent(name, given, yaml, agents);
  });
  return faults.length === 0 ? { ok: true, agents } : { ok: false, faults };
}

function readAgent(
  name: string,
  given: unknown,
  yaml: YamlSource,
  agents: Map<string, AgentDefinition>,
): void {
  if (!NAME.test(name)) {
    yaml.report([], "expected a name of letters, digits, -, _ and .", { key: name });
    return;
  }
  const shaped = parseShape(AgentShape, given, [name], yaml.report);
  if (!shaped) return;
  const { command, args, env, auth, permissions, stall, handshake, model, mode, mcp_servers } = shaped;
  agents.set(name, {
    name,
    command,
    args,
    env: envOf(env, [name, "env"], yaml),
    auth: auth ?? null,
    permissions,
    stall_ms: stall,
    handshake_ms: handshake,
    model: model ?? null,
    mode: mode ?? null,
    mcp_servers: readMcpServers(mcp_servers, [name, "mcp_servers"], yaml),
  });
}
