import { createHash } from "node:crypto";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { ArchiveError, END, LIST_ENTRIES, LISTS, type Listed, shown } from "./format";

export interface ReadLimits {
  /** Bytes of content in all. */
  bytes: number;
  entries: number;
}

export interface ArchiveEntry {
  name: string;
  type: "file" | "directory" | "symlink";
  size: number;
  header: Header;
  /** The content, to be read once, before the next entry is asked for. */
  content: AsyncIterable<Buffer>;
}

/** Bytes of a list of entries; names may be long. */
const LIST_BYTES = 64 * 1024 * 1024;
const TYPES = ["file", "directory", "symlink"] as const;

/**
 * Reads an archive and gives its entries as they come. Throws `ArchiveError` where an entry differs from its list, the
 * archive is cut off, or it is larger than the limits. So nothing of it is proven before the last entry was read.
 */
export async function* readArchive(
  input: Readable,
  limits: ReadLimits = { bytes: Number.POSITIVE_INFINITY, entries: Number.POSITIVE_INFINITY },
): AsyncGenerator<ArchiveEntry, Record<string, unknown>, undefined> {
  const unpacking = extract();
  const flowing = pipeline(input, createGunzip(), unpacking as unknown as Writable);
  flowing.catch(() => {});
  let read: Listed[] = [];
  let entries = 0;
  let bytes = 0;
  let end: Record<string, unknown> | undefined;
  try {
    for await (const entry of unpacking) {
      const { name } = entry.header;
      if (end) throw new ArchiveError("The archive goes on behind its end");
      if (name === END) {
        end = parse(await gather(entry, LIST_BYTES));
        if (read.length > 0 || end.entries !== entries) throw new ArchiveError("The archive lacks entries");
      } else if (name.startsWith(LISTS)) {
        compare(read, (await gather(entry, LIST_BYTES)).toString("utf8"));
        read = [];
      } else {
        const type = typeOf(entry.header);
        const hash = createHash("sha256");
        const content = counted(entry, (part) => {
          bytes += part.length;
          if (bytes > limits.bytes)
            throw new ArchiveError("The archive unpacks to more than there is room for");
          hash.update(part);
        });
        if (++entries > limits.entries) throw new ArchiveError("The archive has too many entries");
        const size = entry.header.size ?? 0;
        yield { name, type, size, header: entry.header, content };
        for await (const _ of content);
        if (type === "symlink") hash.update(entry.header.linkname ?? "");
        read.push({ name, size, sha256: type === "directory" ? "" : hash.digest("hex") });
        if (read.length > LIST_ENTRIES) throw new ArchiveError("The archive has entries that no list names");
      }
    }
    await flowing;
  } catch (error) {
    throw explained(error);
  } finally {
    unpacking.destroy();
    await flowing.catch(() => {});
  }
  if (!end) throw new ArchiveError("The archive is cut off: its end is missing");
  return end;
}

function typeOf({ name, type }: Header): ArchiveEntry["type"] {
  const known = TYPES.find((each) => each === type);
  if (known) return known;
  throw new ArchiveError(
    `The archive has an entry that is neither file, folder nor symbolic link: ${shown(name)}`,
  );
}

/** Who reads the content meets the archive's faults before `readArchive` does. */
async function* counted(
  entry: unknown,
  take: (part: Buffer) => void,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const part of entry as AsyncIterable<Buffer>) {
      take(part);
      yield part;
    }
  } catch (error) {
    throw explained(error);
  }
}

/** All of a small entry. */
export async function gather(parts: AsyncIterable<unknown>, limit: number): Promise<Buffer> {
  const gathered: Buffer[] = [];
  let size = 0;
  for await (const part of parts as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > limit) throw new ArchiveError("The archive has an entry that is too large");
    gathered.push(part);
  }
  return Buffer.concat(gathered);
}

function compare(read: Listed[], text: string): void {
  const lines = text.split("\n").filter(Boolean);
  for (const [at, line] of lines.entries()) {
    const listed = parse(Buffer.from(line));
    const entry = read[at];
    if (entry?.name !== listed.name || entry?.size !== listed.size) {
      throw new ArchiveError(`The archive differs from its list at ${shown(String(listed.name))}`);
    }
    if (entry?.sha256 !== listed.sha256) {
      throw new ArchiveError(
        `The archive holds another content than its list says: ${shown(entry?.name ?? "")}`,
      );
    }
  }
  if (lines.length !== read.length) throw new ArchiveError("The archive has entries that no list names");
}

/** An object of JSON. Throws `ArchiveError` for anything else. */
export function parse(bytes: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new ArchiveError("The archive has an entry that is no JSON object where one belongs");
}

const explained = (error: unknown): unknown =>
  isOfFormat(error) ? new ArchiveError(`The archive is cut off or broken: ${error.message}`) : error;

/** Errors of gzip and of tar. The system's own, as of a full disk, have other codes. */
function isOfFormat(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof ArchiveError) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code?.startsWith("Z_")) return true;
  return /^(Unexpected end of data|Invalid tar header|Invalid header|Header exceeds|unexpected end of file)/.test(
    error.message,
  );
}
