import { eq } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { workflowRuns } from "../../../db/schema/runs";
import { runKey } from "../../../engine/logs/paths";
import { emit, transact } from "../../../events/emit";
import { createLocalStorage } from "../../../storage/local";
import { getProjectPath } from "../../projects/queries";
import { lockRun } from "./lock-run";

/** Deletes a run that has ended: its rows, then its files. */
export async function deleteRun(caller: Caller, { id }: { id: string }): Promise<{ id: string }> {
  const scope = await authorizeRun(caller, id, "run:delete");
  const path = await getProjectPath(caller.db, scope);
  await transact(caller.db, async (tx) => {
    await lockRun(tx, scope, "pending", "deleted before it has ended");
    await tx.delete(workflowRuns).where(eq(workflowRuns.id, id));
    emit(tx, scope, "workflow.execution.deleted", { execution_id: id });
  });
  await createLocalStorage(path).deletePrefix(runKey(id));
  return { id };
}
