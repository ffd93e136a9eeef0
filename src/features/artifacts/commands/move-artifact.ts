import { eq } from "drizzle-orm";
import { authorizeArtifact, type Caller } from "../../../auth/scope";
import { workflowArtifacts } from "../../../db/schema/comments";
import { audit, emit, transact } from "../../../events/emit";
import { getArtifactRow } from "../queries";
import type { Artifact } from "../schema";
import { checkComment } from "./check-comment";
import { lockArtifact } from "./lock-artifact";

/** Attaches an artifact to this comment alone, or to none; it stays in its run. Throws as `checkComment`. */
export async function moveArtifact(
  caller: Caller,
  { id: artifact_id, comment_id }: { id: string; comment_id: string | null },
): Promise<Artifact> {
  const scope = await authorizeArtifact(caller, artifact_id, "run:write");
  return transact(
    caller,
    scope,
    comment_id === null ? "artifacts.detach" : "artifacts.attach",
    async (tx) => {
      if (comment_id !== null) await checkComment(tx, scope, comment_id);
      const { workflow_comment_id: before } = await lockArtifact(tx, scope);
      audit(tx, { before: { comment_id: before }, after: { comment_id } });
      if (before !== comment_id) {
        await tx
          .update(workflowArtifacts)
          .set({ workflow_comment_id: comment_id })
          .where(eq(workflowArtifacts.id, artifact_id));
        const moved = { execution_id: scope.run_id, artifact_id };
        if (before !== null) emit(tx, scope, "workflow.artifact.detached", { ...moved, comment_id: before });
        if (comment_id !== null) emit(tx, scope, "workflow.artifact.attached", { ...moved, comment_id });
      }
      return getArtifactRow(tx, artifact_id);
    },
  );
}
