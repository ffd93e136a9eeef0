import { readSettings } from "../../lib/settings";
import { createLocalStorage } from "../../storage/local";
import type { StorageOwner } from "../../storage/storage";

/**
 * True if the artifact's file is gone from the project's folder or was replaced. Always false for an object
 * store, where each check would cost a request; there only the download finds out.
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
