import { and, eq, getTableColumns, sql } from "drizzle-orm";
import { workerScope } from "../../auth/scope";
import type { Db } from "../../db/client";
import { workflowDefinitions } from "../../db/schema/definitions";
import { workflowTriggers } from "../../db/schema/triggers";
import type { CompiledSchedule } from "../../engine/definition/trigger-types";
import { emit, transact } from "../../events/emit";
import { databaseNow, nextRunAfter } from "../definitions/next-run";

/**
 * Corrects schedules whose next time is too late, for example after the clock was ahead for a while, which
 * would silence them. Returns how many were corrected.
 */
export async function mendNextRuns(db: Db): Promise<number> {
  const now = await databaseNow(db);
  const ahead = await db
    .select({
      ...getTableColumns(workflowTriggers),
      project_id: workflowDefinitions.project_id,
      status: workflowDefinitions.status,
    })
    .from(workflowTriggers)
    .innerJoin(workflowDefinitions, eq(workflowDefinitions.id, workflowTriggers.workflow_definition_id))
    .where(and(sql`${workflowTriggers.enabled}`, sql`${workflowTriggers.next_run_at} > now()`));
  let mended = 0;
  for (const { id, spec, next_run_at, project_id, status, workflow_definition_id: definition_id } of ahead) {
    const right = nextRunAfter(now, spec as CompiledSchedule);
    if (right === null || next_run_at === null || Date.parse(next_run_at) <= Date.parse(right)) continue;
    mended += await transact(db, async (tx) => {
      const written = await tx
        .update(workflowTriggers)
        .set({ next_run_at: right })
        .where(and(eq(workflowTriggers.id, id), eq(workflowTriggers.next_run_at, next_run_at)))
        .returning({ id: workflowTriggers.id });
      const scope = workerScope(project_id, { type: "system" });
      if (written.length > 0) emit(tx, scope, "workflow.definition.changed", { definition_id, status });
      return written.length;
    });
  }
  return mended;
}
