import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { authorizeDefinition, type Caller } from "../../../auth/scope";
import { workflowDefinitions } from "../../../db/schema/definitions";
import { audit, transact } from "../../../events/emit";
import { getDefinition } from "../queries";
import { getDefinitionRow, setRow } from "../rows";
import type { BadgeInput, Definition } from "../schema";

/**
 * Shows the definition's badge to whoever has its address, or to readers of the project alone. Each time it is shown to
 * others anew its address has another key, so the one before is void.
 */
export async function setBadge(
  caller: Caller,
  { id: id_or_slug, project_id, public: isPublic }: BadgeInput,
): Promise<Definition> {
  const scope = await authorizeDefinition(caller, id_or_slug, "definition:write", project_id);
  const id = scope.definition_id;
  await transact(caller, scope, "definitions.setBadge", async (tx) => {
    const row = await getDefinitionRow(tx, id);
    const was = row.badge_key !== null;
    audit(tx, { before: { public: was }, after: { public: isPublic } });
    if (was === isPublic) return;
    const badge_key = isPublic ? randomBytes(18).toString("base64url") : null;
    await tx.update(workflowDefinitions).set({ badge_key }).where(eq(workflowDefinitions.id, id));
    await setRow(tx, scope, id, { status: row.status });
  });
  return getDefinition(caller, { id });
}
