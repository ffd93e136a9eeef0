import { eq } from "drizzle-orm";
import type { ArtifactScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { workflowArtifacts } from "../../../db/schema/comments";
import { AppError } from "../../../lib/errors";

/** Locks an artifact's row until the transaction ends. Throws NOT_FOUND if it was deleted meanwhile. */
export async function lockArtifact(tx: Tx, { artifact_id }: ArtifactScope) {
  const [row] = await tx
    .select()
    .from(workflowArtifacts)
    .where(eq(workflowArtifacts.id, artifact_id))
    .for("update");
  if (!row) throw new AppError("NOT_FOUND", "There is no such artifact.");
  return row;
}
