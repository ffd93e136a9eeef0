import { authorizeProject, type Caller } from "../../auth/scope";
import { codeSchemas } from "../../engine/code/code-schemas";
import { definitionSchema } from "../../engine/definition/definition-schema";
import { expressionNames } from "../../engine/definition/expression-names";
import { KNOWN_KEYWORDS } from "../../engine/definition/schema-keywords";
import { SCRIPT_VARIABLES } from "../../engine/definition/script-variables";
import { namesOf } from "./project-names";
import type { Vocabulary } from "./schema";

/** More agents than this help nobody who types; a project has fewer secrets. */
const MAX_AGENTS = 500;

/** What an editor completes definitions of the project by: what definitions take, and the project's own names. */
export async function getVocabulary(
  caller: Caller,
  { project_id }: { project_id: string },
): Promise<Vocabulary> {
  const scope = await authorizeProject(caller, project_id, "definition:write");
  const { agents, secrets } = await namesOf(caller, scope);
  return {
    yaml: definitionSchema(),
    code: codeSchemas(),
    expressions: expressionNames(),
    schema_keywords: KNOWN_KEYWORDS,
    variables: [...SCRIPT_VARIABLES],
    agents: agents?.slice(0, MAX_AGENTS) ?? [],
    secrets,
  };
}
