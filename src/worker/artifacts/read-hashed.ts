import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { HEAD_BYTES } from "../../features/artifacts/derive-type";

const READ_BYTES = 256 * 1024;

/** An error of the file that is read, not of the storage it goes to. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}

export interface HashedFile {
  /** The first bytes. */
  head: Buffer;
  /** All bytes from the start; throws `SourceError`. */
  content: AsyncIterable<Buffer>;
  /** The hash in hex; call it after `content` was read to its end. */
  sha256(): string;
}

/** A file's content, hashed while it is read. Reading fails if the file grows past `limit` bytes. */
export async function readHashed(handle: FileHandle, limit: number): Promise<HashedFile> {
  const hash = createHash("sha256");
  // A new buffer for each piece, since an object store's client holds several at a time.
  const read = async (position: number): Promise<Buffer> => {
    try {
      const { buffer, bytesRead } = await handle.read(
        Buffer.allocUnsafe(READ_BYTES),
        0,
        READ_BYTES,
        position,
      );
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      throw new SourceError("it could not be read to its end", { cause: error });
    }
  };
  const first = await read(0);
  async function* content(): AsyncGenerator<Buffer, void> {
    let size = 0;
    for (let piece = first; piece.byteLength > 0; piece = await read(size)) {
      size += piece.byteLength;
      if (size > limit) throw new SourceError("it grew past the limit");
      hash.update(piece);
      yield piece;
    }
  }
  return { head: first.subarray(0, HEAD_BYTES), content: content(), sha256: () => hash.digest("hex") };
}
