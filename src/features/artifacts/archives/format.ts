import type { Readable } from "node:stream";
import { AppError } from "../../../lib/errors";
import type { ReadableArtifact } from "../open-artifact";
import type { ArchiveFormat, ArchiveEntry as Listed } from "../schema";

/** An entry as it is passed on the way through an archive. */
export interface PassedEntry extends Omit<Listed, "position"> {
  /** Opens its content, before the next entry is asked for. Throws CONFLICT where it cannot be unpacked. */
  open(): Promise<Readable>;
}

/** What may be read of an archive: small files can unpack to more than any disk holds. */
export interface Bounds {
  /** Bytes that come out of the compression in all. */
  unpacked: number;
  /** When to stop, in milliseconds of `performance.now()`. */
  until: number;
}

/** A bound was reached. */
export class BoundReached extends Error {
  override readonly name = "BoundReached";
}

const HEAD_BYTES = 512;

/** What the first bytes say, since a name may say anything. Throws CONFLICT for what is no archive that we read. */
export async function formatOf({ artifact, open }: ReadableArtifact): Promise<ArchiveFormat> {
  const parts: Buffer[] = [];
  if (artifact.size_bytes > 0) {
    const end = Math.min(HEAD_BYTES, artifact.size_bytes) - 1;
    for await (const part of await open({ start: 0, end })) parts.push(part as Buffer);
  }
  const head = Buffer.concat(parts);
  // The first file, or the end of a list of none.
  if (["504b0304", "504b0506"].includes(head.toString("hex", 0, 4))) return "zip";
  if (head[0] === 0x1f && head[1] === 0x8b) return "tar.gz";
  if (head.toString("latin1", 257, 262) === "ustar") return "tar";
  throw unreadable("It is no zip, tar or tar.gz.");
}

export const unreadable = (why: string) =>
  new AppError("CONFLICT", `This artifact cannot be read as an archive. ${why} Download it to open it.`);
