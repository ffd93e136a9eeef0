import { constants, type Stats } from "node:fs";
import { lstat, open, readdir, readlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { codeOf } from "../lib/errors";
import type { ArchiveWriter, EntryFacts } from "./writer";

/** Files up to this are read at once, so that their size is what was read. */
const SMALL_BYTES = 256 * 1024;
const READ_BYTES = 256 * 1024;
/** How often a repository's objects are listed again until nothing new is there. */
const LISTINGS = 5;

export interface TreeOptions {
  /** False leaves out the entry and all below it. The path is absolute. */
  isWanted?: (path: string) => boolean;
  /** False leaves out a link. */
  isLinkWanted?: (path: string, target: string) => boolean;
  /** Told of each file that changed while it was read, or that could not be read. */
  onFault?: (path: string, fault: "changed" | "unreadable") => void;
  onEntry?: () => void;
}

/**
 * Adds a folder with all in it, also while it is worked in: what vanishes meanwhile is left out. Of a git repository the
 * references come first and the objects last, and these are listed until nothing new is there, so that each reference
 * has its objects also while somebody commits or packs.
 */
export async function addTree(
  writer: ArchiveWriter,
  folder: string,
  name: string,
  options: TreeOptions = {},
): Promise<void> {
  const facts = await lstat(folder).catch(absent);
  if (facts?.isDirectory()) await addAll(writer, folder, name, facts, options);
}

async function addAll(
  writer: ArchiveWriter,
  path: string,
  name: string,
  facts: Stats,
  options: TreeOptions,
): Promise<void> {
  if (options.isWanted?.(path) === false) return;
  options.onEntry?.();
  if (facts.isDirectory()) {
    await writer.addFolder(name, factsOf(facts));
    await addChildren(writer, path, name, options);
  } else if (facts.isSymbolicLink()) {
    const target = await readlink(path).catch(absent);
    if (target !== null && options.isLinkWanted?.(path, target) !== false)
      await writer.addLink(name, target, factsOf(facts));
  } else if (facts.isFile()) {
    await addFile(writer, path, name, options);
  }
}

async function addChildren(
  writer: ArchiveWriter,
  path: string,
  name: string,
  options: TreeOptions,
): Promise<void> {
  const added = new Set<string>();
  const isObjects = basename(path) === "objects" || basename(path) === "pack";
  for (let listing = 0; listing < (isObjects ? LISTINGS : 1); listing++) {
    const names = ((await readdir(path).catch(absent)) ?? []).filter((each) => !added.has(each));
    if (names.length === 0) return;
    for (const each of inOrder(names)) {
      added.add(each);
      const child = join(path, each);
      const facts = await lstat(child).catch(absent);
      if (facts) await addAll(writer, child, `${name}/${each}`, facts, options);
    }
  }
}

/** By name; in a repository `refs` before `packed-refs`, into which they may move, and the objects last. */
function inOrder(names: string[]): string[] {
  const rank = (name: string) => ["refs", "packed-refs", "objects"].indexOf(name);
  return names.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

async function addFile(
  writer: ArchiveWriter,
  path: string,
  name: string,
  { onFault }: TreeOptions,
): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: unknown) => {
      if (codeOf(error) === "EACCES" || codeOf(error) === "EPERM") onFault?.(path, "unreadable");
      return absent(error);
    },
  );
  if (!handle) return;
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) return;
    if (facts.size <= SMALL_BYTES) return await writer.add(name, await handle.readFile(), factsOf(facts));
    const source = handle.createReadStream({ autoClose: false, highWaterMark: READ_BYTES });
    if (!(await writer.addStream(name, facts.size, source, factsOf(facts)))) onFault?.(path, "changed");
  } finally {
    await handle.close();
  }
}

const factsOf = ({ mode, mtime, uid, gid }: Stats): EntryFacts => ({ mode: mode & 0o7777, mtime, uid, gid });

/** Null for what has gone meanwhile or may not be read. */
function absent(error: unknown): null {
  if (["ENOENT", "ENOTDIR", "ELOOP", "EACCES", "EPERM", "ENXIO"].includes(codeOf(error) ?? "")) return null;
  throw error;
}
