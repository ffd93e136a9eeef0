import { and, eq, like } from "drizzle-orm";
import { authorizeRun, type Caller } from "../../../auth/scope";
import { agentSessions } from "../../../db/schema/agents";
import { workflowRuns } from "../../../db/schema/runs";
import { runKey } from "../../../engine/logs/paths";
import { bookkeepingOf } from "../../../events/bookkeeping";
import { audit, emit, transact } from "../../../events/emit";
import { dropSnapshots } from "../../../git/keeper";
import { logger } from "../../../lib/logger";
import { noteDeletions } from "../../../storage/noted-files";
import { deleteNoted } from "../../../storage/sweep";
import { getProjectPath } from "../../projects/queries";
import { lockRun } from "./lock-run";

/** Deletes a finished run: its rows, then its files. */
export async function deleteRun(caller: Caller, { id }: { id: string }): Promise<{ id: string }> {
  const scope = await authorizeRun(caller, id, "run:delete");
  const path = await getProjectPath(caller.db, scope);
  const { files, workspace } = await transact(caller, scope, "runs.delete", async (tx) => {
    const run = await lockRun(tx, scope, "pending", "deleted before it has ended");
    const { number, name, status } = run;
    audit(tx, { target: { type: "run", id, name: `#${number} ${name}` }, before: { status } });
    await tx.delete(workflowRuns).where(eq(workflowRuns.id, id));
    // Includes sessions of earlier attempts, which no step refers to any more.
    const ofRun = like(agentSessions.transcript_path, `${runKey(id)}/%`);
    await tx.delete(agentSessions).where(and(eq(agentSessions.project_id, scope.project_id), ofRun));
    emit(tx, scope, "workflow.execution.deleted", { execution_id: id });
    const own = [{ key: runKey(id), is_prefix: true }];
    const files = await noteDeletions(tx, { id: scope.project_id, path }, own);
    return { files, workspace: run.workspace };
  });
  await deleteNoted(bookkeepingOf(caller), files);
  await dropSnapshots(path, { id, workspace }).catch((error: unknown) =>
    logger.debug({ err: error, run_id: id }, "the snapshots of a deleted run were left"),
  );
  return { id };
}
