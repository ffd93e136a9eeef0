import { eq } from "drizzle-orm";
import type { ArtifactScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowArtifacts } from "../../../db/schema/comments";
import { emit } from "../../../events/emit";
import { getArtifactRow } from "../queries";
import type { Artifact } from "../schema";
import { lockArtifact } from "./lock-artifact";

/** Attaches an artifact to a comment of its run, or to none, and emits the events of that. */
export async function moveArtifact(
  tx: Tx,
  scope: ArtifactScope,
  comment_id: string | null,
): Promise<Artifact> {
  const { workflow_comment_id: before } = await lockArtifact(tx, scope);
  const { artifact_id, run_id: execution_id } = scope;
  if (before !== comment_id) {
    await tx
      .update(workflowArtifacts)
      .set({ workflow_comment_id: comment_id })
      .where(eq(workflowArtifacts.id, artifact_id));
    const tell = (type: "workflow.artifact.attached" | "workflow.artifact.detached", comment_id: string) =>
      emit(tx, scope, type, { execution_id, artifact_id, comment_id });
    if (before !== null) tell("workflow.artifact.detached", before);
    if (comment_id !== null) tell("workflow.artifact.attached", comment_id);
  }
  return getArtifactRow(tx, artifact_id);
}
