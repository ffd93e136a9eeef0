import { lstat, readlink } from "node:fs/promises";
import { join, parse, resolve, sep } from "node:path";

/** As the system counts them. */
const MAX_LINKS = 40;

/**
 * Every link on the way that `path` (absolute) leads, folders among them, and the file at its end, as absolute
 * paths without further links in their folders: one of them changes where the file's text does. The end need not
 * be there.
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
