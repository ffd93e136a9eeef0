import { asc, eq } from "drizzle-orm";
import type { Db } from "../db/client";
import { workflowRunSteps, workflowRuns } from "../db/schema/runs";
import { waitFor } from "../lib/wait-for";
import type { RunStatus } from "../model/states";

/** A run's row and its steps in order. */
export async function readRun(db: Db, runId: string) {
  const [run] = await db.select().from(workflowRuns).where(eq(workflowRuns.id, runId));
  if (!run) throw new Error(`there is no run ${runId}`);
  const steps = await db
    .select()
    .from(workflowRunSteps)
    .where(eq(workflowRunSteps.workflow_run_id, runId))
    .orderBy(asc(workflowRunSteps.position));
  return { run, steps };
}

/** Waits until the run has this status. */
export async function untilRun(db: Db, runId: string, status: RunStatus, timeoutMs = 60_000): Promise<void> {
  const read = async () => {
    const [run] = await db
      .select({ status: workflowRuns.status })
      .from(workflowRuns)
      .where(eq(workflowRuns.id, runId));
    if (!run) throw new Error(`there is no run ${runId}`);
    return run.status;
  };
  const there = await waitFor(async () => (await read()) === status, timeoutMs);
  if (there) return;
  const { run, steps } = await readRun(db, runId);
  const found = steps.map((step) => `${step.step_id}: ${step.status} ${step.error_message ?? ""}`).join("; ");
  throw new Error(`run ${runId} is ${run.status}, not ${status} (${run.error_message ?? ""} ${found})`);
}
