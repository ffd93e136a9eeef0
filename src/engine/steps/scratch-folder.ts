import { mkdirSync, renameSync } from "node:fs";
import type { Claim } from "../run/ports";

/** Empty folders of ended attempts, for reuse. They are removed with the run's other scratch files. */
const left = new WeakMap<Claim, string[]>();

/**
 * Makes the folder at `path`. Renames a spare one where there is any: making one waits for the disk, renaming does not.
 */
export function makeScratchFolder(claim: Claim, path: string): void {
  const spare = left.get(claim)?.pop();
  if (spare !== undefined && spare !== path) {
    try {
      renameSync(spare, path);
      return;
    } catch {
      // The spare folder was removed.
    }
  }
  mkdirSync(path, { recursive: true });
}

/** Keeps the folder for reuse. It must be empty, and nothing may write to it any more. */
export function leaveScratchFolder(claim: Claim, path: string): void {
  left.set(claim, [...(left.get(claim) ?? []), path]);
}
