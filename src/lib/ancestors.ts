import { dirname } from "node:path";

/** Yields the folder, then each folder above it, up to the root of the file system. */
export function* ancestors(folder: string): Generator<string, void> {
  // Next's bundler does not rename an imported name in the update of a `for`, so there is no call there.
  let at = folder;
  let above = dirname(at);
  while (above !== at) {
    yield at;
    at = above;
    above = dirname(at);
  }
  yield at;
}
