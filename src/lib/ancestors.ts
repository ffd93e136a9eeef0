import { dirname } from "node:path";

/** The folder, then those above it, up to the root of the file system. */
export function* ancestors(folder: string): Generator<string, void> {
  // No call in a for's update: the page builder leaves an imported name there as it stands, and it is not defined.
  let at = folder;
  let above = dirname(at);
  while (above !== at) {
    yield at;
    at = above;
    above = dirname(at);
  }
  yield at;
}
