import { eq } from "drizzle-orm";
import type { RunScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowRuns } from "../../../db/schema/runs";
import { AppError } from "../../../lib/errors";
import { canRunBecome, type RunStatus } from "../../../model/states";
import { RUN_COLUMNS } from "../queries/run-columns";
import type { Run } from "../schema";

type RunRow = typeof workflowRuns.$inferSelect;

/**
 * Locks the run's row until the transaction ends and returns it. Throws BAD_REQUEST with the run's state if
 * it cannot change to `to`; `verb` is for the message, as in "paused".
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

/** The run as it is after a command, for the answer. */
export async function readRun(tx: Tx, { run_id }: RunScope): Promise<Run> {
  const [run] = await tx.select(RUN_COLUMNS).from(workflowRuns).where(eq(workflowRuns.id, run_id));
  if (!run) throw new AppError("NOT_FOUND", "There is no such run.");
  return run;
}
