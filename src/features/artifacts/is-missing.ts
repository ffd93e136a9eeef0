import { readSettings } from "../../lib/settings";
import { createLocalStorage } from "../../storage/local";
import type { StorageOwner } from "../../storage/storage";

/**
 * True where the artifact's file is not in the project's folder, or not the one that was stored. An object store is
 * asked by nobody but a download: each question would be a request.
 */
export async function isMissing(
  { path }: StorageOwner,
  { file_path, size_bytes }: { file_path: string; size_bytes: number },
): Promise<boolean> {
  if (readSettings().storage !== "local") return false;
  const file = await createLocalStorage(path)
    .stat(file_path)
    .catch(() => null);
  return file?.size !== size_bytes;
}
