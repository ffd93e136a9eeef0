import { authorizeArtifact, type Caller } from "../../../auth/scope";
import { transact } from "../../../events/emit";
import type { Artifact, AttachArtifactInput } from "../schema";
import { checkComment } from "./check-comment";
import { moveArtifact } from "./move-artifact";

/** Attaches an artifact to a comment and detaches it from any other. Throws as `checkComment`. */
export async function attachArtifact(
  caller: Caller,
  { id, comment_id }: AttachArtifactInput,
): Promise<Artifact> {
  const scope = await authorizeArtifact(caller, id, "run:write");
  return transact(caller.db, async (tx) => {
    await checkComment(tx, scope, comment_id);
    return moveArtifact(tx, scope, comment_id);
  });
}
