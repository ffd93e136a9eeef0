import { lstat, readlink } from "node:fs/promises";
import { join, parse, resolve, sep } from "node:path";

/** The limit that operating systems have. */
const MAX_LINKS = 40;

/**
 * All symbolic links along the absolute `path`, folders included, and the final file. A change of any of them
 * changes the file's text. The final file need not exist.
 */
export async function followLinks(path: string): Promise<string[]> {
  const way: string[] = [];
  let { root: place, names } = partsOf(path);
  while (names.length > 0) {
    const [name = "", ...rest] = names;
    const here = join(place, name);
    const facts = await lstat(here).catch(() => null);
    const target = facts?.isSymbolicLink() ? await readlink(here).catch(() => null) : null;
    if (target !== null && way.length < MAX_LINKS) {
      way.push(here);
      ({ root: place, names } = partsOf(resolve(place, target, ...rest)));
    } else if (rest.length === 0 || !facts) {
      way.push(here);
      break;
    } else {
      place = here;
      names = rest;
    }
  }
  return [...new Set(way)];
}

function partsOf(path: string): { root: string; names: string[] } {
  const { root } = parse(path);
  return { root, names: path.slice(root.length).split(sep).filter(Boolean) };
}
