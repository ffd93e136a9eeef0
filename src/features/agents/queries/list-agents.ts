import { authorizeProject, type Caller } from "../../../auth/scope";
import { AGENTS_FILE, parseAgents } from "../../../engine/agent-settings/parse-agents";
import { MAX_SOURCE_BYTES } from "../../../engine/definition/yaml-document";
import { firstOf } from "../../../lib/page";
import { readYamlInside } from "../../../storage/read-yaml-inside";
import { getProjectPath } from "../../projects/queries";
import type { ProjectAgents } from "../schema";

/** The agents in the project's current agents file, or what is wrong with that file. */
export async function listAgents(
  caller: Caller,
  { project_id }: { project_id: string },
): Promise<ProjectAgents> {
  const scope = await authorizeProject(caller, project_id, "project:read");
  const project = await getProjectPath(caller.db, scope);
  const file = await readYamlInside(project, AGENTS_FILE, MAX_SOURCE_BYTES);
  const none = { path: AGENTS_FILE, is_there: file !== null, agents: [], left_out: 0, faults: [] };
  if (file === null) return none;
  if ("refused" in file) {
    return { ...none, faults: [{ line: 1, column: 1, message: `the file ${file.refused}` }] };
  }
  const parsed = parseAgents(file.text);
  if (!parsed.ok) {
    const faults = parsed.faults.map(({ line, column, message }) => ({ line, column, message }));
    return { ...none, faults };
  }
  const agents = [...parsed.agents.values()].map((agent) => {
    const { name, command, args, auth, permissions, model, mode, mcp_servers, env } = agent;
    return {
      ...{ name, command, args, auth, permissions, model, mode },
      mcp_servers: mcp_servers.map(({ name }) => name),
      // Only names are shown: values may be secret.
      variables: Object.keys(env),
    };
  });
  const shown = firstOf(agents);
  return { ...none, agents: shown, left_out: agents.length - shown.length };
}
