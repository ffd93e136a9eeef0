import { authorizeArtifact, type Caller } from "../../../auth/scope";
import { transact } from "../../../events/emit";
import type { Artifact } from "../schema";
import { moveArtifact } from "./move-artifact";

/** Detaches an artifact from its comment; the artifact stays in its run. */
export async function detachArtifact(caller: Caller, { id }: { id: string }): Promise<Artifact> {
  const scope = await authorizeArtifact(caller, id, "run:write");
  return transact(caller.db, (tx) => moveArtifact(tx, scope, null));
}
