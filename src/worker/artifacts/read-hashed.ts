import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { HEAD_BYTES } from "../../features/artifacts/derive-type";

const READ_BYTES = 256 * 1024;

/** The file itself is at fault, not where it is to be kept. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}

export interface HashedFile {
  /** How it begins. */
  head: Buffer;
  /** From the first byte on; throws `SourceError`. */
  content: AsyncIterable<Buffer>;
  /** In hex; to be asked once the content was read to its end. */
  sha256(): string;
}

/** A file's content with its hash on the way. It may grow meanwhile, not past `limit` bytes. */
export async function readHashed(handle: FileHandle, limit: number): Promise<HashedFile> {
  const hash = createHash("sha256");
  // A buffer for each piece: an object store's client holds several at a time.
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
