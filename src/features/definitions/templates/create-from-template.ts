import { authorizeProject, type Caller } from "../../../auth/scope";
import { transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { getProjectPath } from "../../projects/queries";
import { createDefinition } from "../commands/create-definition";
import { DEFINITIONS_FOLDER, readDefinitionFile, writeDefinitionFile } from "../files";
import { getDefinitionBySlug } from "../queries";
import { lockDefinitions } from "../rows";
import type { Definition, TemplateInput } from "../schema";
import { syncFolder } from "../sync-folder";
import { getTemplate } from "./list-templates";

/** Creates a definition as a template is. Throws CONFLICT if the project has a definition of that name. */
export async function createFromTemplate(caller: Caller, input: TemplateInput): Promise<Definition> {
  const { project_id } = input;
  const scope = await authorizeProject(caller, project_id, "definition:write");
  const { type, slug, source } = await getTemplate(caller, input);
  if (type === "yaml") return createDefinition(caller, { project_id, source, type });
  const path = `${DEFINITIONS_FOLDER}/${slug}.ts`;
  const project = await getProjectPath(caller.db, scope);
  await transact(caller.db, async (tx) => {
    await lockDefinitions(tx, scope);
    for (const ending of ["ts", "yaml", "yml"]) {
      if (await readDefinitionFile(project, `${DEFINITIONS_FOLDER}/${slug}.${ending}`)) {
        throw new AppError(
          "CONFLICT",
          `This project has a definition ${slug} already (${slug}.${ending}). Rename that one first.`,
        );
      }
    }
    await writeDefinitionFile(project, path, source);
  });
  await syncFolder(caller.db, scope);
  return getDefinitionBySlug(caller, { project_id, slug });
}
