import type { Dirent } from "node:fs";
import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../lib/errors";
import type { Globs, GlobsState } from "../../lib/glob";

/** Number of entries after which a walk is given up. */
const MAX_ENTRIES = 300_000;

export interface FileSearch {
  /** Absolute path. */
  root: string;
  /** Null: all files match. */
  globs: Globs | null;
  /** Absolute path of a folder to skip. */
  except?: string;
}

interface Folder {
  /** Path relative to the root with `/`; empty for the root itself. */
  name: string;
  states: GlobsState;
}

/**
 * The files below a folder, by relative path. Links and pipes are included, since only opening one tells what it is;
 * linked folders are not entered. `matched` is called with each glob that matched, `note` with what is left out.
 */
export async function* findFiles(
  { root, globs, except }: FileSearch,
  matched: Set<string>,
  note: (text: string) => void,
): AsyncGenerator<string, void> {
  const open: Folder[] = [{ name: "", states: globs?.start() ?? [] }];
  let entries = 0;
  for (let folder = open.pop(); folder; folder = open.pop()) {
    try {
      for await (const entry of await opendir(join(root, folder.name), { bufferSize: 256 })) {
        if (++entries > MAX_ENTRIES) {
          note(`The search for artifacts was given up after ${MAX_ENTRIES} files and folders.`);
          return;
        }
        const name = folder.name === "" ? entry.name : `${folder.name}/${entry.name}`;
        const states = globs ? globs.enter(folder.states, entry.name) : [];
        if (!states) continue;
        if (entry.isDirectory()) {
          if (join(root, name) === except) continue;
          if (await isReadable(join(root, name), entry)) open.push({ name, states });
          else note(`The folder ${name} was not searched for artifacts: ${NO_TEXT}.`);
        } else if (isMatch(globs, states, matched) && isKeepable(entry, name, note)) {
          if (await isReadable(join(root, name), entry)) yield name;
          else note(`The artifact ${name} was not kept: ${NO_TEXT}.`);
        }
      }
    } catch (error) {
      note(`The folder ${folder.name || root} could not be searched for artifacts: ${messageOf(error)}`);
    }
  }
}

const NO_TEXT = "its name is no UTF-8; give it another";

/** A name that is not UTF-8 contains U+FFFD when read, and no file can be opened by that name. */
async function isReadable(path: string, { name }: Dirent): Promise<boolean> {
  if (!name.includes("\uFFFD")) return true;
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function isMatch(globs: Globs | null, states: GlobsState, matched: Set<string>): boolean {
  if (!globs) return true;
  const own = globs.takenBy(states);
  for (const source of own) matched.add(source);
  return own.length > 0;
}

function isKeepable(entry: Dirent, name: string, note: (text: string) => void): boolean {
  if (entry.isFile() || entry.isSymbolicLink()) return true;
  note(`${name} was not kept: it is no regular file.`);
  return false;
}
