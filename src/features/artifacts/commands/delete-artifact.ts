import { eq } from "drizzle-orm";
import { authorizeArtifact, type Caller } from "../../../auth/scope";
import { workflowArtifacts } from "../../../db/schema/comments";
import { bookkeepingOf } from "../../../events/bookkeeping";
import { audit, emit, transact } from "../../../events/emit";
import { noteDeletions } from "../../../storage/noted-files";
import { deleteNoted } from "../../../storage/sweep";
import { getProjectPath } from "../../projects/queries";
import { lockArtifact } from "./lock-artifact";

/** Deletes an artifact: its row, then its file. */
export async function deleteArtifact(caller: Caller, { id }: { id: string }): Promise<{ id: string }> {
  const scope = await authorizeArtifact(caller, id, "run:write");
  const project = { id: scope.project_id, path: await getProjectPath(caller.db, scope) };
  const files = await transact(caller, scope, "artifacts.delete", async (tx) => {
    const { file_path, name, sha256 } = await lockArtifact(tx, scope);
    audit(tx, {
      target: { type: "artifact", id, name },
      before: { run_id: scope.run_id, file_path, sha256 },
    });
    await tx.delete(workflowArtifacts).where(eq(workflowArtifacts.id, id));
    emit(tx, scope, "workflow.artifact.deleted", {
      execution_id: scope.run_id,
      artifact_id: id,
      step_id: scope.step_id,
    });
    return noteDeletions(tx, project, [{ key: file_path, is_prefix: false }]);
  });
  await deleteNoted(bookkeepingOf(caller), files);
  return { id };
}
