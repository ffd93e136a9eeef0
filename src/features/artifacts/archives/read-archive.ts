import { finished, type Readable } from "node:stream";
import type { Caller } from "../../../auth/scope";
import { AppError } from "../../../lib/errors";
import { logger } from "../../../lib/logger";
import { MAX_ARTIFACT_BYTES } from "../limits";
import { type ReadableArtifact, readArtifact } from "../open-artifact";
import type { ArchiveEntry, ArchiveListing } from "../schema";
import { BoundReached, formatOf, type PassedEntry, unreadable } from "./format";
import { passTar } from "./pass-tar";
import { passZip } from "./pass-zip";

/** Entries that are listed at most, and UTF-16 units of their names in all. */
const MAX_ENTRIES = 5_000;
const MAX_NAMES = 512 * 1024;
const MAX_NAME = 1_000;
const UNPACKED_BYTES = 1024 * 1024 * 1024;
const LIST_MS = 10_000;
const OPEN_MS = 60_000;
/** Archives that one process reads at once; others wait. */
const AT_ONCE = 2;

/**
 * The entries of a zip, tar or tar.gz, read as it lies: nothing is unpacked to a disk. Throws CONFLICT for anything
 * else.
 */
export async function listEntries(caller: Caller, { id }: { id: string }): Promise<ArchiveListing> {
  const readable = await readArtifact(caller, id);
  const format = await formatOf(readable);
  return inTurn(async () => {
    const entries: ArchiveEntry[] = [];
    let names = 0;
    const list = (ended: ArchiveListing["ended"]) => ({ format, entries, ended });
    try {
      for await (const { open: _, ...entry } of passEntries(readable, format, LIST_MS)) {
        const name = entry.name.slice(0, MAX_NAME);
        names += name.length;
        if (entries.length === MAX_ENTRIES || names > MAX_NAMES) return list("limit");
        entries.push({ position: entries.length, ...entry, name });
      }
    } catch (error) {
      if (error instanceof BoundReached) return list("limit");
      if (!isBroken(error)) throw error;
      if (entries.length === 0) throw unreadable("It is broken, or holds no files.");
      return list("broken");
    }
    return list("whole");
  });
}

/** A file in an archive. Destroy the stream unless it is read to its end. */
export interface OpenedEntry {
  name: string;
  size_bytes: number;
  stream: Readable;
}

/** Opens the entry that `listEntries` has at this position. Throws CONFLICT, NOT_FOUND, PAYLOAD_TOO_LARGE. */
export async function openEntry(readable: ReadableArtifact, position: number): Promise<OpenedEntry> {
  const entries = passEntries(readable, await formatOf(readable), OPEN_MS);
  try {
    const { name, size_bytes, open } = await entryAt(entries, position);
    if (size_bytes > MAX_ARTIFACT_BYTES) {
      throw new AppError("PAYLOAD_TOO_LARGE", "The entry has more than 100 MB. Download the whole archive.");
    }
    const stream = await open();
    finished(stream, () => void entries.return().catch(noteEnd));
    return { name, size_bytes, stream };
  } catch (error) {
    await entries.return().catch(noteEnd);
    if (error instanceof BoundReached) throw unreadable("The entry lies too far behind its beginning.");
    throw isBroken(error) ? unreadable("It is broken.") : error;
  }
}

async function entryAt(entries: AsyncGenerator<PassedEntry>, position: number): Promise<PassedEntry> {
  for (let at = 0; at <= Math.min(position, MAX_ENTRIES - 1); at++) {
    const { done, value } = await entries.next();
    if (done) break;
    if (at === position) return value;
  }
  throw new AppError("NOT_FOUND", "The archive has no entry at this position.");
}

const passEntries = (readable: ReadableArtifact, format: ArchiveListing["format"], ms: number) =>
  format === "zip"
    ? passZip(readable)
    : passTar(readable, format === "tar.gz", {
        unpacked: UNPACKED_BYTES,
        until: performance.now() + ms,
      });

/** What is not ours is of the format's libraries; a missing file, or a database's fault, is no fault of the archive. */
function isBroken(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof AppError) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined || code.startsWith("Z_") || code.startsWith("ERR_STREAM");
}

function noteEnd(error: unknown): void {
  logger.debug({ err: error }, "an archive was left before its end");
}

let reading = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (reading >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else reading++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else reading--;
  }
}
