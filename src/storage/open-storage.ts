import type { S3Client } from "@aws-sdk/client-s3";
import { readSettings, type S3Settings } from "../lib/settings";
import { createLocalStorage } from "./local";
import { createS3Client, createS3Storage } from "./s3";
import type { Storage, StorageOwner } from "./storage";

const shared = globalThis as typeof globalThis & {
  phaseboardS3?: { made_of: string; client: S3Client };
};

/**
 * Where the files of a project's runs are kept: logs, snapshots, artifacts, transcripts. The project's own
 * folder, or below its id in the object store that the settings name.
 */
export function openStorage({ id, path }: StorageOwner): Storage {
  const { storage } = readSettings();
  if (storage === "local") return createLocalStorage(path);
  const folder = storage.prefix === "" ? id : `${storage.prefix}/${id}`;
  return createS3Storage(clientFor(storage), storage.bucket, folder);
}

/** Deletes all that the object store, where there is one, has of a project. */
export async function deleteObjectsOf(project_id: string): Promise<void> {
  const { storage } = readSettings();
  if (storage === "local") return;
  await createS3Storage(clientFor(storage), storage.bucket, storage.prefix).deletePrefix(project_id);
}

function clientFor(settings: S3Settings): S3Client {
  const made_of = JSON.stringify(settings);
  if (shared.phaseboardS3?.made_of !== made_of) {
    shared.phaseboardS3 = { made_of, client: createS3Client(settings) };
  }
  return shared.phaseboardS3.client;
}
