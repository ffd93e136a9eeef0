import { and, eq, gt, sql } from "drizzle-orm";
import { workerScope } from "../../auth/scope";
import type { Db } from "../../db/client";
import { workflowTriggers } from "../../db/schema/triggers";
import type { CompiledSchedule } from "../../engine/definition/trigger-types";
import { progress } from "../../events/progress";
import { databaseNow, nextRunAfter } from "../definitions/next-run";
import { emitChange, selectProjectTriggers } from "./queries";

/**
 * Corrects schedules whose next time is too late, for example after the clock was ahead for a while, which
 * would silence them. Returns how many were corrected.
 */
export async function mendNextRuns(db: Db): Promise<number> {
  const now = await databaseNow(db);
  const ahead = await selectProjectTriggers(db).where(
    and(workflowTriggers.enabled, gt(workflowTriggers.next_run_at, sql`now()`)),
  );
  let mended = 0;
  for (const { id, spec, next_run_at, project_id, workflow_definition_id } of ahead) {
    const right = nextRunAfter(now, spec as CompiledSchedule);
    if (right === null || next_run_at === null || Date.parse(next_run_at) <= Date.parse(right)) continue;
    mended += await progress(db, async (tx) => {
      const written = await tx
        .update(workflowTriggers)
        .set({ next_run_at: right })
        .where(and(eq(workflowTriggers.id, id), eq(workflowTriggers.next_run_at, next_run_at)))
        .returning({ id: workflowTriggers.id });
      const scope = workerScope(project_id, { type: "system" });
      if (written.length > 0) await emitChange(tx, scope, workflow_definition_id);
      return written.length;
    });
  }
  return mended;
}
