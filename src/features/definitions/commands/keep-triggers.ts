import { isDeepStrictEqual } from "node:util";
import { eq, inArray } from "drizzle-orm";
import type { Tx } from "../../../db/client";
import { workflowTriggers } from "../../../db/schema/triggers";
import type { CompiledSchedule, CompiledTriggers } from "../../../engine/definition/trigger-types";
import { nextRunAt } from "../next-run";

/**
 * Updates a definition's triggers for a new revision, in the same transaction. A trigger with a known kind
 * and key keeps its switch. A new one is on and runs in the name of the person who saved; after an edit on
 * disk (`saved_by` null) it stays off.
 */
export async function keepTriggers(
  tx: Tx,
  definition_id: string,
  on: CompiledTriggers | undefined,
  saved_by: string | null,
): Promise<void> {
  const wanted = [
    ...(on?.schedule ?? []).map((spec) => ({ kind: "schedule" as const, key: spec.key, spec })),
    ...(on?.webhook ?? []).map((spec) => ({ kind: "webhook" as const, key: spec.key, spec })),
  ];
  const there = await tx
    .select()
    .from(workflowTriggers)
    .where(eq(workflowTriggers.workflow_definition_id, definition_id))
    .for("update");
  const gone = there.filter((row) => !wanted.some(({ kind, key }) => kind === row.kind && key === row.key));
  if (gone.length > 0) {
    const ids = gone.map(({ id }) => id);
    await tx.delete(workflowTriggers).where(inArray(workflowTriggers.id, ids));
  }

  for (const { kind, key, spec } of wanted) {
    const row = there.find((candidate) => candidate.kind === kind && candidate.key === key);
    const enabled = row ? row.enabled : saved_by !== null;
    const on_behalf_of = saved_by ?? row?.on_behalf_of ?? null;
    if (row && isDeepStrictEqual(row.spec, spec) && on_behalf_of === row.on_behalf_of) continue;
    const stays = row && kind === "schedule" && isSameTime(row.spec as CompiledSchedule, spec);
    const next_run_at = stays
      ? row.next_run_at
      : kind === "schedule" && enabled
        ? await nextRunAt(tx, spec)
        : null;
    const values = { spec, enabled, on_behalf_of, next_run_at };
    if (row) await tx.update(workflowTriggers).set(values).where(eq(workflowTriggers.id, row.id));
    else
      await tx
        .insert(workflowTriggers)
        .values({ ...values, workflow_definition_id: definition_id, kind, key });
  }
}

const isSameTime = (a: CompiledSchedule, b: CompiledSchedule) =>
  a.cron === b.cron && a.timezone === b.timezone;
