import { authorizeArtifact, type Caller } from "../../auth/scope";
import { AppError } from "../../lib/errors";
import { nullWhereGone, removedBy, WHY_GONE } from "../../storage/null-where-gone";
import { openStorage } from "../../storage/open-storage";
import type { Storage, StoredFile } from "../../storage/storage";
import { getProjectPath } from "../projects/queries";
import { getArtifactRow } from "./queries";
import type { Artifact } from "./schema";

/** An artifact that the caller may read. */
export interface ReadableArtifact {
  artifact: Artifact;
  /** Opens bytes `start` to `end`, both included. Throws NOT_FOUND if the file is gone or was replaced. */
  open(range?: { start: number; end: number }): Promise<StoredFile["stream"]>;
  /** Checks the file without opening it. Throws as `open`. */
  check(): Promise<void>;
}

/** Checks the right to download an artifact. Throws NOT_FOUND or FORBIDDEN. */
export async function readArtifact(caller: Caller, id: string): Promise<ReadableArtifact> {
  const scope = await authorizeArtifact(caller, id, "project:read");
  const [artifact, path] = await Promise.all([
    getArtifactRow(caller.db, id),
    getProjectPath(caller.db, scope),
  ]);
  const storage: Storage = openStorage({ id: scope.project_id, path });
  const { file_path, size_bytes } = artifact;
  return {
    artifact,
    async open(range) {
      const file = await storage.open(file_path, range).catch(nullWhereGone);
      if (file?.size === size_bytes) return file.stream;
      file?.stream.destroy();
      throw isGone(artifact);
    },
    async check() {
      const file = await storage.stat(file_path).catch(nullWhereGone);
      if (file?.size !== size_bytes) throw isGone(artifact);
    },
  };
}

function isGone({ file_path, removed_at }: Artifact): AppError {
  if (removed_at !== null) return removedBy("The artifact's file", removed_at);
  return new AppError(
    "NOT_FOUND",
    `The artifact's file is gone from the server or has been changed there: ${file_path} in the project's folder. ${WHY_GONE} Upload it again.`,
  );
}
