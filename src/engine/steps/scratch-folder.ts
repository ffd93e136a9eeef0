import { mkdirSync, renameSync } from "node:fs";
import type { Claim } from "../ports";

/** Folders that attempts of a claim were given and have left empty. They go with the run's other scratch files. */
const left = new WeakMap<Claim, string[]>();

/** Makes the folder, of one that was left where there is any: to make one anew waits for the disk, to rename does not. */
export function makeScratchFolder(claim: Claim, path: string): void {
  const spare = left.get(claim)?.pop();
  if (spare !== undefined && spare !== path) {
    try {
      renameSync(spare, path);
      return;
    } catch {
      // Somebody has removed it.
    }
  }
  mkdirSync(path, { recursive: true });
}

/** The folder is empty, and nothing writes to it any more. */
export function leaveScratchFolder(claim: Claim, path: string): void {
  left.set(claim, [...(left.get(claim) ?? []), path]);
}
