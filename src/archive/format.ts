/** The first entry: what the archive is, as JSON. */
export const HEAD = "phaseboard.json";
/** Lists of the entries before them, each a line of JSON. */
export const LISTS = "manifest/";
/** The last entry; an archive without it is cut off. */
export const END = "manifest/end.json";
export const LIST_ENTRIES = 5_000;

/** An entry as its list has it. A link's hash is that of its target. */
export interface Listed {
  name: string;
  size: number;
  sha256: string;
}

/** The archive is broken, or no archive of ours. The message says so in a sentence. */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
}

/**
 * The parts of an entry's name. Throws `ArchiveError` for a name that leads out of the folder in which the archive is
 * unpacked, or that the file system would take for another.
 */
export function partsOf(name: string): string[] {
  const parts = name.replace(/\/$/, "").split("/");
  const isBad = parts.some((part) => part === "" || part === "." || part === ".." || /[\0\\]/.test(part));
  if (isBad || name.length > 4_096)
    throw new ArchiveError(`The archive has an entry that leads elsewhere: ${shown(name)}`);
  return parts;
}

/** A name for a message: short, and without control characters. */
export const shown = (name: string) => JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
