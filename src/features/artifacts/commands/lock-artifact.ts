import { eq } from "drizzle-orm";
import type { ArtifactScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowArtifacts } from "../../../db/schema/comments";
import { AppError } from "../../../lib/errors";

/** Locks an artifact's row until the transaction ends. Throws NOT_FOUND if it was deleted meanwhile. */
export async function lockArtifact(
  tx: Tx,
  { artifact_id }: ArtifactScope,
): Promise<{ file_path: string; workflow_comment_id: string | null }> {
  const [row] = await tx
    .select({
      file_path: workflowArtifacts.file_path,
      workflow_comment_id: workflowArtifacts.workflow_comment_id,
    })
    .from(workflowArtifacts)
    .where(eq(workflowArtifacts.id, artifact_id))
    .for("update");
  if (!row) throw new AppError("NOT_FOUND", "There is no such artifact.");
  return row;
}
