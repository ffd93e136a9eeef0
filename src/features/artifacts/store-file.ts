import { createHash } from "node:crypto";
import type { Db } from "../../db/client";
import { isNoRoom } from "../../db/fault-codes";
import { AppError } from "../../lib/errors";
import { givingWay } from "../../lib/give-way";
import type { NotedFile } from "../../storage/noted-files";
import { openStorage } from "../../storage/open-storage";
import type { StorageOwner } from "../../storage/storage";
import { deleteNoted } from "../../storage/sweep";
import { HEAD_BYTES } from "./derive-type";

/** A stored file; swept unless the transaction that creates its row calls `keepFile(tx, noted)`. */
export interface FileKept {
  noted: NotedFile;
  size_bytes: number;
  sha256: string;
  /** The first bytes of the file. */
  head: Uint8Array;
}

/**
 * Writes a file that is noted in the journal and hashes it on the way. Deletes the partial file on failure.
 * Throws INSUFFICIENT_STORAGE if there is no room.
 */
export async function storeFile(
  db: Db,
  owner: StorageOwner,
  noted: NotedFile,
  bytes: AsyncIterable<Uint8Array>,
): Promise<FileKept> {
  const hash = createHash("sha256");
  const head: Uint8Array[] = [];
  let missing = HEAD_BYTES;
  const hashed = async function* () {
    for await (const part of givingWay(bytes)) {
      hash.update(part);
      if (missing > 0) {
        head.push(part.slice(0, missing));
        missing -= part.length;
      }
      yield part;
    }
  };
  try {
    const size_bytes = await openStorage(owner).put(noted.key, hashed());
    return { noted, size_bytes, sha256: hash.digest("hex"), head: Buffer.concat(head) };
  } catch (error) {
    await deleteNoted(db, [noted.id]);
    if (!isNoRoom(error)) throw error;
    throw new AppError(
      "INSUFFICIENT_STORAGE",
      "There is no room for the file on the server. Make some first.",
    );
  }
}

/** Moves a stored file to another key that is noted in the journal already. */
export async function moveFile(
  db: Db,
  owner: StorageOwner,
  stored: FileKept,
  noted: NotedFile,
): Promise<FileKept> {
  await openStorage(owner).move(stored.noted.key, noted.key);
  await deleteNoted(db, [stored.noted.id]);
  return { ...stored, noted };
}
