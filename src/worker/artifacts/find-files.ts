import type { Dirent } from "node:fs";
import { opendir } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../lib/errors";
import type { Glob, GlobState } from "../../lib/glob";

/** What a walk may look at before it is given up. */
const MAX_ENTRIES = 300_000;

export interface Search {
  /** Absolute. */
  root: string;
  /** Null: every file. */
  globs: Glob[] | null;
  /** An absolute folder that is not entered. */
  except?: string;
}

interface Folder {
  /** Relative to the root, with `/`; empty for the root itself. */
  name: string;
  /** For each glob, where it stands. */
  states: (GlobState[] | null)[];
}

/**
 * The files below a folder, by relative names. Links, pipes and the like are among them, since only who opens
 * one knows; folders behind links are not entered. `matched` gets the globs that matched; `note` what is left
 * out.
 */
export async function* findFiles(
  { root, globs, except }: Search,
  matched: Set<Glob>,
  note: (text: string) => void,
): AsyncGenerator<string, void> {
  const open: Folder[] = [{ name: "", states: globs?.map((glob) => glob.start()) ?? [] }];
  let entries = 0;
  for (let folder = open.pop(); folder; folder = open.pop()) {
    try {
      for await (const entry of await opendir(join(root, folder.name), { bufferSize: 256 })) {
        if (++entries > MAX_ENTRIES) {
          note(`The search for artifacts was given up after ${MAX_ENTRIES} files and folders.`);
          return;
        }
        const name = folder.name === "" ? entry.name : `${folder.name}/${entry.name}`;
        const states = folder.states.map(
          (at, index) => (at && globs?.[index]?.enter(at, entry.name)) || null,
        );
        if (globs && states.every((state) => state === null)) continue;
        if (entry.isDirectory()) {
          if (join(root, name) !== except) open.push({ name, states });
        } else if (isMatch(globs, states, matched) && isKeepable(entry, name, note)) yield name;
      }
    } catch (error) {
      note(`The folder ${folder.name || root} could not be searched for artifacts: ${messageOf(error)}`);
    }
  }
}

function isMatch(globs: Glob[] | null, states: (GlobState[] | null)[], matched: Set<Glob>): boolean {
  if (!globs) return true;
  const own = globs.filter((glob, index) => {
    const state = states[index];
    return state ? glob.matches(state) : false;
  });
  for (const glob of own) matched.add(glob);
  return own.length > 0;
}

function isKeepable(entry: Dirent, name: string, note: (text: string) => void): boolean {
  if (entry.isFile() || entry.isSymbolicLink()) return true;
  note(`${name} was not kept: it is no regular file.`);
  return false;
}
