import { readSettings, type S3Settings } from "../lib/settings";
import { createLocalStorage } from "./local";
import type { Storage, StorageOwner } from "./storage";

/**
 * The storage of a project's files (logs, snapshots, artifacts, transcripts): its own folder, or a folder with its id
 * in the object store of the settings.
 */
export function openStorage({ id, path }: StorageOwner): Storage {
  const { storage } = readSettings();
  if (storage === "local") return createLocalStorage(path);
  return openObjects(storage, storage.prefix === "" ? id : `${storage.prefix}/${id}`);
}

/** Deletes all objects of a project from the object store, if there is one. */
export async function deleteObjectsOf(project_id: string): Promise<void> {
  const { storage } = readSettings();
  if (storage !== "local") await openObjects(storage, storage.prefix).deletePrefix(project_id);
}

/** The client is 20 MB of code, so it is loaded only where an object store is used. */
function openObjects(settings: S3Settings, folder: string): Storage {
  const open = async () => (await import("./s3")).openS3Storage(settings, folder);
  return {
    put: async (key, content) => (await open()).put(key, content),
    move: async (from, to) => (await open()).move(from, to),
    open: async (key, range) => (await open()).open(key, range),
    stat: async (key) => (await open()).stat(key),
    delete: async (key) => (await open()).delete(key),
    deletePrefix: async (key) => (await open()).deletePrefix(key),
  };
}
