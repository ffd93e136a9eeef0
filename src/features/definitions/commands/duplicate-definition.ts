import { authorizeDefinition, type Caller } from "../../../auth/scope";
import { AppError } from "../../../lib/errors";
import { slugOf } from "../../../lib/slug";
import { getDefinition } from "../queries";
import { withName } from "../rename-source";
import type { Definition, DuplicateDefinitionInput } from "../schema";
import { asTemplate } from "../templates/template-flag";
import { createDefinition } from "./create-definition";

/**
 * Makes a copy of the definition as a file of its own. Its triggers are off: nobody means to start everything twice.
 * Throws as `withName`, and CONFLICT where the name is taken.
 */
export async function duplicateDefinition(
  caller: Caller,
  { id, project_id, name }: DuplicateDefinitionInput,
): Promise<Definition> {
  const scope = await authorizeDefinition(caller, id, "definition:write", project_id);
  const from = await getDefinition(caller, { id: scope.definition_id });
  if (from.source === null) throw new AppError("BAD_REQUEST", `The file ${from.path} is gone.`);
  const plain = from.type === "yaml" ? asTemplate(from.source, false) : from.source;
  const source = await withName(caller.db, scope, { ...from, source: plain }, name ?? copyOf(from.name));
  const input = { project_id: from.project_id, source, type: from.type };
  return createDefinition(caller, input, "definitions.duplicate", { startsItself: false });
}

/** The name of a copy. A second copy must be named by whoever makes it, as its file is named after it. */
const copyOf = (name: string) => (slugOf(name).length > 54 ? `Copy of ${name}` : `${name} copy`);
