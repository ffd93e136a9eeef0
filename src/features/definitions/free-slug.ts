import { slugOf } from "../../lib/slug";
import { stemOf } from "./files";

/**
 * A slug for a definition, made from its file's name and numbered if `taken`. It stays when the definition is
 * renamed.
 */
export function freeSlug(path: string, taken: ReadonlySet<string>): string {
  const wanted = slugOf(stemOf(path)) || "definition";
  let slug = wanted;
  for (let number = 2; taken.has(slug); number++) slug = `${wanted}-${number}`;
  return slug;
}
