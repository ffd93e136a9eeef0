import { asc, eq } from "drizzle-orm";
import type { Caller, ProjectScope } from "../../auth/scope";
import { projectSecrets } from "../../db/schema/secrets";
import { AGENTS_FILE, parseAgents } from "../../engine/agent-settings/parse-agents";
import { MAX_SOURCE_BYTES } from "../../engine/definition/yaml-document";
import { readYamlInside } from "../../storage/read-yaml-inside";
import { getProjectPath } from "../projects/queries";

/** The names of a project's agents and secrets. `agents` is null where their file cannot be read as a whole. */
export async function namesOf(
  { db }: Caller,
  scope: ProjectScope,
): Promise<{ agents: { name: string; command: string }[] | null; secrets: string[] }> {
  const [agents, secrets] = await Promise.all([
    getProjectPath(db, scope).then(agentsOf),
    db
      .select({ name: projectSecrets.name })
      .from(projectSecrets)
      .where(eq(projectSecrets.project_id, scope.project_id))
      .orderBy(asc(projectSecrets.name)),
  ]);
  return { agents, secrets: secrets.map(({ name }) => name) };
}

async function agentsOf(project: string) {
  const file = await readYamlInside(project, AGENTS_FILE, MAX_SOURCE_BYTES);
  if (file === null) return [];
  const parsed = "text" in file ? parseAgents(file.text) : null;
  if (!parsed?.ok) return null;
  return [...parsed.agents.values()].map(({ name, command }) => ({ name, command }));
}
