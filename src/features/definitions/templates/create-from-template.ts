import { authorizeProject, type Caller } from "../../../auth/scope";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { getProjectPath } from "../../projects/queries";
import { createDefinition } from "../commands/create-definition";
import { readFolder } from "../commands/sync-definitions";
import { DEFINITIONS_FOLDER, readDefinitionFile, writeDefinitionFile } from "../files";
import { getDefinitionBySlug } from "../queries";
import { lockDefinitions } from "../rows";
import type { Definition, TemplateInput } from "../schema";
import { getTemplate } from "./list-templates";

/** Creates a definition as a template is. Throws CONFLICT if the project has a definition of that name. */
export async function createFromTemplate(caller: Caller, input: TemplateInput): Promise<Definition> {
  const { project_id } = input;
  const scope = await authorizeProject(caller, project_id, "definition:write");
  const { type, slug, source } = await getTemplate(caller, input);
  if (type === "yaml") {
    return createDefinition(caller, { project_id, source, type }, "definitions.createFromTemplate");
  }
  const path = `${DEFINITIONS_FOLDER}/${slug}.ts`;
  const project = await getProjectPath(caller.db, scope);
  await transact(caller, scope, "definitions.createFromTemplate", async (tx) => {
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
    audit(tx, { target: { type: "definition", id: null, name: slug }, after: { path } });
  });
  await readFolder(caller, project_id);
  return getDefinitionBySlug(caller, { project_id, slug });
}
