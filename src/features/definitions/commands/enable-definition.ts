import { and, eq, sql } from "drizzle-orm";
import { authorizeDefinition, type Caller } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowDefinitions } from "../../../db/schema/definitions";
import { workflowTriggers } from "../../../db/schema/triggers";
import type { CompiledSchedule } from "../../../engine/definition/trigger-types";
import { audit, transact } from "../../../events/emit";
import { nextRunAt } from "../next-run";
import { getDefinition } from "../queries";
import { getDefinitionRow, lockDefinitions, setRow } from "../rows";
import type { Definition, EnableDefinitionInput } from "../schema";

/**
 * Disables a definition: nobody and nothing starts it until it is enabled. Its triggers keep their switches, and what
 * they missed is not made up for. Runs that have started go on.
 */
export async function enableDefinition(
  caller: Caller,
  { id: id_or_slug, project_id, enabled }: EnableDefinitionInput,
): Promise<Definition> {
  const scope = await authorizeDefinition(caller, id_or_slug, "definition:write", project_id);
  const id = scope.definition_id;
  await transact(caller, scope, "definitions.setEnabled", async (tx) => {
    await lockDefinitions(tx, scope);
    const row = await getDefinitionRow(tx, id);
    const was = row.disabled_at === null;
    audit(tx, { before: { enabled: was }, after: { enabled } });
    if (was === enabled) return;
    await tx
      .update(workflowDefinitions)
      .set(
        enabled
          ? { disabled_at: null, disabled_by: null }
          : { disabled_at: sql`now()`, disabled_by: caller.actor.user_id },
      )
      .where(eq(workflowDefinitions.id, id));
    if (enabled) await moveSchedulesOn(tx, id);
    await setRow(tx, scope, id, { status: row.status });
  });
  return getDefinition(caller, { id });
}

async function moveSchedulesOn(tx: Tx, definition_id: string): Promise<void> {
  const { id, spec, enabled, kind, workflow_definition_id } = workflowTriggers;
  const rows = await tx
    .select({ id, spec })
    .from(workflowTriggers)
    .where(and(eq(workflow_definition_id, definition_id), eq(kind, "schedule"), enabled))
    .for("update");
  for (const row of rows) {
    const next_run_at = await nextRunAt(tx, row.spec as CompiledSchedule);
    await tx.update(workflowTriggers).set({ next_run_at }).where(eq(id, row.id));
  }
}
