import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Entry, fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader } from "yauzl";
import type { ReadableArtifact } from "../open-artifact";
import { type PassedEntry, unreadable } from "./format";

/** Bytes that are read at once, since the list is asked for in pieces of some fifty bytes. */
const WINDOW_BYTES = 512 * 1024;

/** The entries of a zip, by the list at its end. Nothing is unpacked but what is opened. */
export async function* passZip(readable: ReadableArtifact): AsyncGenerator<PassedEntry, void, undefined> {
  const { size_bytes } = readable.artifact;
  const zip = await fromRandomAccessReaderPromise(new WindowReader(readable), size_bytes, {
    autoClose: false,
    // Names are shown, not written to, so those that lead elsewhere are listed as well.
    decodeStrings: false,
  });
  try {
    for await (const entry of zip.eachEntry()) {
      yield {
        ...factsOf(entry),
        open: async () => {
          if (entry.isEncrypted()) throw unreadable("The entry is encrypted.");
          if (!entry.canDecodeFileData()) throw unreadable("The entry is compressed in a way of its own.");
          return zip.openReadStreamPromise(entry);
        },
      };
    }
  } finally {
    zip.close();
  }
}

const MODE_TYPE = 0o170000;
const SYMLINK = 0o120000;

function factsOf(entry: Entry): Omit<PassedEntry, "open"> {
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
  const isLink = ((entry.externalFileAttributes >>> 16) & MODE_TYPE) === SYMLINK;
  const modified = entry.getLastModDate({ timezone: "UTC" });
  return {
    name,
    type: name.endsWith("/") ? "directory" : isLink ? "link" : "file",
    size_bytes: entry.uncompressedSize,
    modified_at: Number.isNaN(modified.getTime()) ? null : modified.toISOString(),
  };
}

/** Reads the artifact's file in windows, and streams where an entry is opened. */
class WindowReader extends RandomAccessReader {
  private start = 0;
  private window = Buffer.alloc(0);

  constructor(private readonly readable: ReadableArtifact) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const through = new PassThrough();
    const flow = async () => pipeline(await this.readable.open({ start, end: end - 1 }), through);
    flow().catch((error: unknown) => through.destroy(error as Error));
    return through;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.windowAt(position, length).then((bytes) => {
      bytes.copy(buffer, offset);
      callback(null);
    }, callback);
  }

  private async windowAt(position: number, length: number): Promise<Buffer> {
    const isIn = position >= this.start && position + length <= this.start + this.window.length;
    if (!isIn) {
      const last = this.readable.artifact.size_bytes - 1;
      const end = Math.min(last, position + Math.max(length, WINDOW_BYTES) - 1);
      const parts: Buffer[] = [];
      for await (const part of await this.readable.open({ start: position, end })) parts.push(part as Buffer);
      this.window = Buffer.concat(parts);
      this.start = position;
    }
    const at = position - this.start;
    return this.window.subarray(at, at + length);
  }
}
