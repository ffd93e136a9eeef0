import { eq } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { workflowRunPins } from "../../../db/schema/runs";
import { audit, emit, transact } from "../../../events/emit";
import type { Run } from "../schema";
import { readRun } from "./lock-run";

/** Pins a run, so that no retention touches it. Once more changes nothing. */
export function pinRun(caller: Caller, { id }: { id: string }): Promise<Run> {
  return setPinned(caller, id, true);
}

/** Leaves the run to retention again. */
export function unpinRun(caller: Caller, { id }: { id: string }): Promise<Run> {
  return setPinned(caller, id, false);
}

async function setPinned(caller: Caller, id: string, pinned: boolean): Promise<Run> {
  const scope = await authorizeRun(caller, id, "run:write");
  return transact(caller, scope, pinned ? "runs.pin" : "runs.unpin", async (tx) => {
    const changed = pinned
      ? await tx
          .insert(workflowRunPins)
          .values({ workflow_run_id: id, pinned_by: caller.actor.user_id })
          .onConflictDoNothing()
          .returning({ id: workflowRunPins.workflow_run_id })
      : await tx
          .delete(workflowRunPins)
          .where(eq(workflowRunPins.workflow_run_id, id))
          .returning({ id: workflowRunPins.workflow_run_id });
    audit(tx, { after: { pinned } });
    if (changed.length > 0) emit(tx, scope, "workflow.execution.updated", { execution_id: id });
    return readRun(tx, scope);
  });
}
