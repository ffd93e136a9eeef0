import type { McpServer } from "@agentclientprotocol/sdk";
import type { McpServerDefinition } from "../../engine/agent-settings/mcp-servers";
import type { AgentDefinition } from "../../engine/agent-settings/parse-agents";
import { findCommand } from "../../lib/find-command";

/**
 * The agent's MCP servers in the shape of the protocol, with variables of the step filled in; or why one cannot be.
 * `folder` is the project's absolute path.
 */
export async function mcpServers(
  agent: AgentDefinition,
  folder: string,
  env: Record<string, string>,
): Promise<McpServer[] | { refusal: string }> {
  const servers: McpServer[] = [];
  for (const server of agent.mcp_servers) {
    const name = `The MCP server "${server.name}" of the agent "${agent.name}"`;
    const unknown = variablesOf(server).find((variable) => env[variable] === undefined);
    if (unknown !== undefined) {
      const mend = "name it among the step's secrets, or set it in env";
      return { refusal: `${name} wants the variable ${unknown}, which the step does not have: ${mend}` };
    }
    const filled = (text: string) => text.replace(VARIABLE, (_, variable: string) => env[variable] ?? "");
    const pairs = (given: Record<string, string>) =>
      Object.entries(given).map(([name, value]) => ({ name, value: filled(value) }));
    if (server.type !== "stdio") {
      const { type, url, headers } = server;
      servers.push({ type, name: server.name, url: filled(url), headers: pairs(headers) });
      continue;
    }
    const command = await findCommand(server.command, folder, env.PATH);
    if (command === null)
      return { refusal: `${name} cannot be started: its command ${server.command} is not there` };
    servers.push({ name: server.name, command, args: server.args, env: pairs(server.env) });
  }
  return servers;
}

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

function variablesOf(server: McpServerDefinition): string[] {
  const texts =
    server.type === "stdio" ? Object.values(server.env) : [server.url, ...Object.values(server.headers)];
  return texts.flatMap((text) => [...text.matchAll(VARIABLE)].map(([, name = ""]) => name));
}
