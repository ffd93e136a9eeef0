import { eq } from "drizzle-orm";
import { authorizeDefinition, type Caller } from "../../../auth/scope";
import { workflowDefinitions } from "../../../db/schema/definitions";
import { workflowRuns } from "../../../db/schema/runs";
import { runKey } from "../../../engine/logs/paths";
import { bookkeepingOf } from "../../../events/bookkeeping";
import { audit, emit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { isRunEnded } from "../../../model/states";
import { createLocalStorage, isFolder } from "../../../storage/local";
import { noteDeletions } from "../../../storage/noted-files";
import { deleteNoted } from "../../../storage/sweep";
import { dropFiles } from "../../in-run/drop-files";
import { getProjectPath } from "../../projects/queries";
import { getDefinitionRow, lockDefinitions } from "../rows";
import type { DeleteDefinitionInput } from "../schema";

/**
 * Deletes a definition and its file; with `cascade` also its runs. Throws CONFLICT if it has runs and
 * `cascade` is not set, and always if one of its runs is still active.
 */
export async function deleteDefinition(
  caller: Caller,
  { id: id_or_slug, project_id, cascade }: DeleteDefinitionInput,
): Promise<{ id: string }> {
  const scope = await authorizeDefinition(caller, id_or_slug, "definition:write", project_id);
  const id = scope.definition_id;
  const project = await getProjectPath(caller.db, scope);
  const { path, files, runs } = await transact(caller, scope, "definitions.delete", async (tx) => {
    await lockDefinitions(tx, scope);
    const row = await getDefinitionRow(tx, id);
    const rows = await tx
      .select({ id: workflowRuns.id, status: workflowRuns.status, workspace: workflowRuns.workspace })
      .from(workflowRuns)
      .where(eq(workflowRuns.workflow_definition_id, id))
      .for("update");
    const active = rows.filter(({ status }) => !isRunEnded(status)).length;
    if (active > 0) {
      const message = `${counted(active)} of this definition ${active === 1 ? "is" : "are"} under way. Cancel first.`;
      throw new AppError("CONFLICT", message, [{ path: "id", message: `has ${counted(active)} under way` }]);
    }
    if (!cascade && rows.length > 0) throw hasRuns(rows.length);
    audit(tx, {
      target: { type: "definition", id, name: row.name },
      before: { path: row.path, runs: rows.length },
    });
    await tx.delete(workflowDefinitions).where(eq(workflowDefinitions.id, id));
    for (const run of rows) emit(tx, scope, "workflow.execution.deleted", { execution_id: run.id });
    emit(tx, scope, "workflow.definition.changed", { definition_id: id, status: "deleted" });
    const deletions = rows.map((run) => ({ key: runKey(run.id), is_prefix: true }));
    const owner = { id: scope.project_id, path: project };
    return { path: row.path, files: await noteDeletions(tx, owner, deletions), runs: rows };
  });
  // If the project's folder is gone, so is the file.
  if (await isFolder(project)) await createLocalStorage(project).delete(path);
  await deleteNoted(bookkeepingOf(caller), files);
  await dropFiles(project, runs);
  return { id };
}

const counted = (count: number) => (count === 1 ? "1 run" : `${count} runs`);

function hasRuns(count: number): AppError {
  return new AppError(
    "CONFLICT",
    `This definition has ${counted(count)}. Delete it with cascade to delete ${count === 1 ? "that" : "those"} too.`,
    [{ path: "cascade", message: `is needed, since there ${count === 1 ? "is" : "are"} ${counted(count)}` }],
  );
}
