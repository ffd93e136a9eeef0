import { authorizeDefinition, type Caller } from "../../../auth/scope";
import { AppError } from "../../../lib/errors";
import { updateDefinition } from "../commands/update-definition";
import { getDefinition } from "../queries";
import type { Definition, OfferDefinitionInput } from "../schema";
import { asTemplate } from "./template-flag";

/** Marks or unmarks the definition's file as a template. Throws BAD_REQUEST for TypeScript. */
export async function offerDefinition(
  caller: Caller,
  { id, project_id, offered }: OfferDefinitionInput,
): Promise<Definition> {
  await authorizeDefinition(caller, id, "definition:write", project_id);
  const definition = await getDefinition(caller, { id, project_id });
  if (definition.type === "code" || definition.source === null) {
    throw new AppError(
      "BAD_REQUEST",
      `Write is_template: ${offered} into ${definition.path}, beside its name; a file in TypeScript is edited itself.`,
    );
  }
  const source = asTemplate(definition.source, offered);
  return updateDefinition(caller, { id: definition.id, source }, "definitions.offer");
}
