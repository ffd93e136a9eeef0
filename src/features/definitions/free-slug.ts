import { basename, extname } from "node:path";
import { slugOf } from "../../lib/slug";

/** A definition's slug, of its file's name, which stays when the definition is renamed; numbered where `taken` has it. */
export function freeSlug(path: string, taken: ReadonlySet<string>): string {
  const wanted = slugOf(basename(path, extname(path))) || "definition";
  let slug = wanted;
  for (let number = 2; taken.has(slug); number++) slug = `${wanted}-${number}`;
  return slug;
}
