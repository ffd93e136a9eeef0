import { asc, eq } from "drizzle-orm";
import type { Tx } from "../../../db/client";
import { workflowRunSteps } from "../../../db/schema/runs";
import { AppError } from "../../../lib/errors";
import type { Entry } from "../../../model/entry";
import { isAtWork } from "../../../model/states";
import type { RunRow, StepRow } from "./approval-request";

/**
 * The entries by which a run goes back to the step `rework`: what else waits behind it is skipped first. Null where a
 * worker still holds the run, though nothing is at work. Throws CONFLICT while a step is at work.
 */
export async function reworkEntries(
  tx: Tx,
  run: RunRow,
  { id }: StepRow,
  { rework, review_id }: { rework: string; review_id: string },
): Promise<{ step: StepRow; entries: Entry[] } | null> {
  const steps = await tx
    .select()
    .from(workflowRunSteps)
    .where(eq(workflowRunSteps.workflow_run_id, run.id))
    .orderBy(asc(workflowRunSteps.position));
  const step = steps.find(({ step_id }) => step_id === rework);
  if (!step) throw new AppError("CONFLICT", `The run has no step "${rework}" any more to go back to.`);
  const busy = steps.find(isAtWork);
  if (busy) {
    throw new AppError(
      "CONFLICT",
      `"${busy.name}" is still at work. Request the changes once it has ended; what you wrote is kept here.`,
    );
  }
  if (run.claimed_by !== null) return null;
  const waiting = steps.filter(
    (each) => each.id !== id && each.status === "running" && each.position >= step.position,
  );
  const skipped = waiting.map(({ id: row_id, step_id }): Entry => ({ kind: "skipped", row_id, step_id }));
  return { step, entries: [...skipped, { kind: "reworked", position: step.position, review_id }] };
}
