import type { UploadOptions } from "./contract";

type Source = UploadOptions["file"];

const PIECE_BYTES = 64 * 1024;

/** Size of a source in bytes; null if unknown. */
export function sizeOf(file: Source, size: number | undefined): number | null {
  if (file instanceof Blob) return file.size;
  if (file instanceof ArrayBuffer || file instanceof Uint8Array) return file.byteLength;
  return size ?? null;
}

/** The source's bytes in pieces. Throws TypeError if it yields anything but bytes. */
export async function* piecesOf(file: Source): AsyncGenerator<Uint8Array, void> {
  if (file instanceof ArrayBuffer) yield* slices(new Uint8Array(file));
  else if (file instanceof Uint8Array) yield* slices(file);
  else {
    const pieces = file instanceof Blob ? file.stream() : file;
    for await (const piece of Symbol.asyncIterator in pieces ? pieces : readStream(pieces)) {
      if (!(piece instanceof Uint8Array))
        throw new TypeError("The file's stream must give bytes (Uint8Array).");
      yield piece;
    }
  }
}

function* slices(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

/** Not every browser can iterate its streams. */
async function* readStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** A stream that takes the next piece only when its reader asks for one. */
export function streamOf(pieces: AsyncGenerator<Uint8Array, void>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await pieces.return();
      },
    },
    { highWaterMark: 0 },
  );
}
