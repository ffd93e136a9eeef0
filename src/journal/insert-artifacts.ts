import type { ProjectScope } from "../auth/scope";
import type { Tx } from "../db/client";
import { workflowArtifacts } from "../db/schema/comments";
import { emit } from "../events/emit";
import type { KeptFile } from "../model/entry";
import { keepFiles } from "../storage/noted-files";

/** Makes artifact rows for the files that an attempt left. */
export async function insertArtifacts(
  tx: Tx,
  scope: ProjectScope,
  execution_id: string,
  { row_id, step_id, artifacts }: { row_id: string; step_id: string; artifacts: KeptFile[] },
): Promise<void> {
  if (artifacts.length === 0) return;
  const noted = await keepFiles(
    tx,
    artifacts.map((file) => file.note_id),
  );
  // A file whose deletion entry is gone was deleted already: the record came too late.
  const kept = artifacts.filter((file) => noted.has(file.note_id));
  if (kept.length === 0) return;
  await tx
    .insert(workflowArtifacts)
    .values(
      kept.map(({ note_id: _, key, ...file }) => ({ ...file, workflow_run_step_id: row_id, file_path: key })),
    );
  for (const { id } of kept) {
    emit(tx, scope, "workflow.artifact.created", { execution_id, artifact_id: id, step_id });
  }
}
