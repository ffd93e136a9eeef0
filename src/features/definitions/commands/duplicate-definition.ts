import { authorizeDefinition, type Caller } from "../../../auth/scope";
import { AppError } from "../../../lib/errors";
import { slugOf } from "../../../lib/slug";
import { getDefinition } from "../queries";
import { renamedSource } from "../rename-source";
import type { Definition, DuplicateDefinitionInput } from "../schema";
import { asTemplate } from "../templates/template-flag";
import { createDefinition } from "./create-definition";

/**
 * Makes a copy of the definition as a file of its own. Its triggers are off: nobody means to start everything twice.
 * Throws BAD_REQUEST for TypeScript, CONFLICT where the name is taken.
 */
export async function duplicateDefinition(
  caller: Caller,
  { id, project_id, name }: DuplicateDefinitionInput,
): Promise<Definition> {
  const { definition_id } = await authorizeDefinition(caller, id, "definition:write", project_id);
  const from = await getDefinition(caller, { id: definition_id });
  if (from.type === "code" || from.source === null) {
    throw new AppError(
      "BAD_REQUEST",
      from.source === null
        ? `The file ${from.path} is gone.`
        : `${from.path} is written in TypeScript; copy the file itself.`,
    );
  }
  const source = renamedSource(asTemplate(from.source, false), name ?? copyOf(from.name));
  const input = { project_id: from.project_id, source, type: "yaml" as const };
  return createDefinition(caller, input, "definitions.duplicate", { startsItself: false });
}

/** The name of a copy. A second copy must be named by whoever makes it, as its file is named after it. */
const copyOf = (name: string) => (slugOf(name).length > 54 ? `Copy of ${name}` : `${name} copy`);
