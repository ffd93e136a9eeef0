import { authorizeDefinition, type Caller } from "../../../auth/scope";
import { getRevision } from "../list-revisions";
import type { Definition, RevisionInput } from "../schema";
import { updateDefinition } from "./update-definition";

/** Writes the source of an earlier revision as the definition's file, and so as its newest revision. Throws as an update. */
export async function restoreRevision(caller: Caller, input: RevisionInput): Promise<Definition> {
  const { definition_id } = await authorizeDefinition(caller, input.id, "definition:write", input.project_id);
  const { source, number } = await getRevision(caller, { id: definition_id, number: input.number });
  return updateDefinition(caller, { id: definition_id, source }, "definitions.restore", { restored: number });
}
