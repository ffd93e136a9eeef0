import { authorizeRun, type Caller } from "../../../auth/scope";
import type { AuditAction } from "../../../events/audit";
import { bookkeepingOf } from "../../../events/bookkeeping";
import { audit, emit, transact } from "../../../events/emit";
import { dropSnapshots } from "../../../git/keeper";
import { logger } from "../../../lib/logger";
import { deleteNoted } from "../../../storage/sweep";
import { getProjectPath } from "../../projects/queries";
import { removeRuns } from "../remove-runs";
import { lockRun } from "./lock-run";

/** Deletes a finished run: its rows, then its files. */
export async function deleteRun(
  caller: Caller,
  { id }: { id: string },
  action: AuditAction = "runs.delete",
): Promise<{ id: string }> {
  const scope = await authorizeRun(caller, id, "run:delete");
  const path = await getProjectPath(caller.db, scope);
  const { files, workspace } = await transact(caller, scope, action, async (tx) => {
    const run = await lockRun(tx, scope, "pending", "deleted before it has ended");
    const { number, name, status } = run;
    audit(tx, { target: { type: "run", id, name: `#${number} ${name}` }, before: { status } });
    const files = await removeRuns(tx, { id: scope.project_id, path }, [id]);
    emit(tx, scope, "workflow.execution.deleted", { execution_id: id });
    return { files, workspace: run.workspace };
  });
  await deleteNoted(bookkeepingOf(caller), files);
  await dropSnapshots(path, { id, workspace }).catch((error: unknown) =>
    logger.debug({ err: error, run_id: id }, "the snapshots of a deleted run were left"),
  );
  return { id };
}
