/** The MCP servers that an agent gets, from `mcp_servers` in `.agent/agents.yaml`. */
import { z } from "zod";
import { parseShape } from "../definition/check-shape";
import { envOf } from "../definition/compile";
import type { PathSegment } from "../definition/faults";
import { list, text } from "../definition/shape-parts";
import type { YamlSource } from "../definition/yaml-document";
import { EnvShape } from "../definition/yaml-shape";

/** Values of `env` and `headers`, and `url`, may name variables of the step as `${NAME}`. */
export type McpServerDefinition =
  /** Started by the agent: a program by name or path. */
  | { name: string; type: "stdio"; command: string; args: string[]; env: Record<string, string> }
  | { name: string; type: "http" | "sse"; url: string; headers: Record<string, string> };

/** The arguments of a program. */
export const ArgsShape = list(
  z.string({ error: "a text" }).max(10_000, "at most 10000 characters"),
  "texts",
  100,
).default([]);

const EXPECTED = { error: "an MCP server, a mapping with command or with url" };
const StdioShape = z.strictObject(
  {
    type: z.literal("stdio", { error: "stdio where there is a command" }).optional(),
    command: text("a program, for example npx", 1_000),
    args: ArgsShape,
    env: EnvShape.default({}),
  },
  EXPECTED,
);
const UrlShape = z.strictObject(
  {
    type: z.enum(["http", "sse"], { error: "http or sse" }).default("http"),
    url: text("an address", 2_000).regex(
      /^https?:\/\/\S+$/,
      "an address that begins with https:// or http://",
    ),
    headers: z
      .record(
        z.string(),
        z
          .string({ error: "a text" })
          .regex(/^[^\r\n]*$/, "a text of one line")
          .max(10_000, "at most 10000 characters"),
        { error: "a mapping of headers to texts" },
      )
      .default({}),
  },
  EXPECTED,
);

const MAX_SERVERS = 50;
/** The name of an agent or of an MCP server. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Reads the servers that stand at `path`, and reports what is wrong with them. */
export function readMcpServers(
  given: Record<string, unknown>,
  path: PathSegment[],
  yaml: YamlSource,
): McpServerDefinition[] {
  const { report } = yaml;
  const entries = Object.entries(given);
  if (entries.length > MAX_SERVERS) {
    report(path, `expected at most ${MAX_SERVERS} MCP servers, found ${entries.length}`);
  }
  return entries.flatMap(([name, server]): McpServerDefinition[] => {
    const here = [...path, name];
    if (!NAME.test(name)) {
      report(path, "expected a name of letters, digits, -, _ and .", { key: name });
      return [];
    }
    if (hasUrl(server)) {
      const shaped = parseShape(UrlShape, server, here, report);
      for (const header of Object.keys(shaped?.headers ?? {})) {
        if (!HEADER.test(header))
          report([...here, "headers"], "expected the name of a header", { key: header });
      }
      return shaped ? [{ name, ...shaped }] : [];
    }
    const shaped = parseShape(StdioShape, server, here, report);
    if (!shaped) return [];
    const { command, args, env } = shaped;
    return [{ name, type: "stdio", command, args, env: envOf(env, [...here, "env"], yaml) }];
  });
}

/** Whether an entry means a server with a URL; faults then speak of that shape alone. */
function hasUrl(server: unknown): boolean {
  if (typeof server !== "object" || server === null) return false;
  if ("command" in server) return false;
  return "url" in server || ("type" in server && (server.type === "http" || server.type === "sse"));
}
