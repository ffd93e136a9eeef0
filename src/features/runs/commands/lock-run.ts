import { eq } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import type { RunScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowRuns } from "../../../db/schema/runs";
import { canRunBecome, type RunStatus } from "../../../engine/states";
import { emit } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { RUN_COLUMNS } from "../queries/run-columns";
import type { Run } from "../schema";

type RunRow = typeof workflowRuns.$inferSelect;

/**
 * The run's row, locked until the transaction ends. Throws BAD_REQUEST that names the state where the run
 * cannot become `to`; `verb` as in "paused".
 */
export async function lockRun(tx: Tx, scope: RunScope, to: RunStatus, verb: string): Promise<RunRow> {
  const [run] = await tx.select().from(workflowRuns).where(eq(workflowRuns.id, scope.run_id)).for("update");
  if (!run) throw new AppError("NOT_FOUND", "There is no such run.");
  if (!canRunBecome(run.status, to)) {
    throw new AppError("BAD_REQUEST", `The run is ${run.status}, so it cannot be ${verb}.`, [
      { path: "id", message: `is ${run.status}` },
    ]);
  }
  return run;
}

/** Writes the run's new state and tells of it. */
export async function changeStatus(
  tx: Tx,
  scope: RunScope,
  status: RunStatus,
  values: PgUpdateSetSource<typeof workflowRuns> = {},
): Promise<Run> {
  const [run] = await tx
    .update(workflowRuns)
    .set({ ...values, status })
    .where(eq(workflowRuns.id, scope.run_id))
    .returning(RUN_COLUMNS);
  if (!run) throw new AppError("NOT_FOUND", "There is no such run.");
  emit(tx, scope, "workflow.execution.status_changed", { execution_id: run.id, status });
  return run;
}
