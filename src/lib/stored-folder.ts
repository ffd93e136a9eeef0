import { realpathSync } from "node:fs";
import { isAbsolute, join, posix, relative, sep } from "node:path";
import { isBelow } from "./is-below";
import { readSettings } from "./settings";

/** Where Phaseboard makes projects' folders, below the data folder. */
const OWN = "projects";

let known: { dataDir: string; root: string } | undefined;

/** The real path of our projects' folders. Asked once: a data folder does not move while a process works on it. */
function ownRoot(): string {
  const { dataDir } = readSettings();
  if (known?.dataDir === dataDir) return known.root;
  const root = join(dataDir, OWN);
  try {
    known = { dataDir, root: realpathSync(root) };
    return known.root;
  } catch {
    return root;
  }
}

/**
 * A project's folder as its row has it: relative to the data folder (`projects/site`) where it lies among those that
 * Phaseboard makes, so that the data folder can be moved; else absolute.
 */
export function storedFolder(path: string): string {
  const root = ownRoot();
  if (!isBelow(root, path)) return path;
  return posix.join(OWN, ...relative(root, path).split(sep));
}

/** The absolute folder that `storedFolder` made this of. SQL text that reads `projects.path` goes through here too. */
export function folderOf(stored: string): string {
  return isAbsolute(stored) ? stored : join(ownRoot(), relative(OWN, stored));
}

/** Whether a stored path is one of our own folders, which move with the data folder. */
export const isOwnFolder = (stored: string) => !isAbsolute(stored);
