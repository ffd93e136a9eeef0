import { slugOf } from "../../lib/slug";
import { stemOf } from "./files";

/** A definition's slug, of its file's name, which stays when the definition is renamed; numbered where `taken` has it. */
export function freeSlug(path: string, taken: ReadonlySet<string>): string {
  const wanted = slugOf(stemOf(path)) || "definition";
  let slug = wanted;
  for (let number = 2; taken.has(slug); number++) slug = `${wanted}-${number}`;
  return slug;
}
