import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { givingWay } from "../../../lib/give-way";
import type { ReadableArtifact } from "../open-artifact";
import { BoundReached, type Bounds, type PassedEntry, unreadable } from "./format";

/** The entries of a tar, in a gzip or not, as they come. Throws `BoundReached`. */
export async function* passTar(
  readable: ReadableArtifact,
  isZipped: boolean,
  bounds: Bounds,
): AsyncGenerator<PassedEntry, void, undefined> {
  const unpacking = extract();
  const input = await readable.open();
  let reached: BoundReached | null = null;
  async function* bounded(source: AsyncIterable<Buffer>) {
    let bytes = 0;
    for await (const part of givingWay(source)) {
      bytes += part.length;
      if (bytes > bounds.unpacked || performance.now() > bounds.until) {
        reached = new BoundReached("the archive is larger than what is read of one");
        throw reached;
      }
      yield part;
    }
  }
  const end = unpacking as unknown as Writable;
  const flowing = isZipped
    ? pipeline(input, createGunzip(), bounded, end)
    : pipeline(input, bounded as unknown as (source: unknown) => AsyncIterable<Buffer>, end);
  flowing.catch(() => {});
  try {
    for await (const entry of unpacking) {
      let isOpen = false;
      yield {
        ...factsOf(entry.header),
        open: async () => {
          if (entry.header.type !== "file" && entry.header.type !== "contiguous-file") {
            throw unreadable("The entry is no file.");
          }
          isOpen = true;
          return entry as unknown as Readable;
        },
      };
      if (!isOpen) entry.resume();
    }
    await flowing;
  } catch (error) {
    throw reached ?? error;
  } finally {
    input.destroy();
    unpacking.destroy();
    await flowing.catch(() => {});
  }
}

function factsOf({ name, type, size, mtime }: Header): Omit<PassedEntry, "open"> {
  return {
    name,
    type: type === "file" || type === "contiguous-file" ? "file" : kindOf(type),
    size_bytes: size ?? 0,
    modified_at: mtime && !Number.isNaN(mtime.getTime()) ? mtime.toISOString() : null,
  };
}

function kindOf(type: Header["type"]): PassedEntry["type"] {
  if (type === "directory") return "directory";
  return type === "symlink" || type === "link" ? "link" : "other";
}
