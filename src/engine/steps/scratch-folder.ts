import { chownSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BoxUser } from "../../box/types";
import type { Claim } from "../run/ports";
import { ARTIFACTS } from "./scratch";

/** Folders of ended attempts, for reuse. They are removed with the run's other scratch files. */
const left = new WeakMap<Claim, string[]>();

/**
 * Makes an attempt's folder at `path` with an empty one for its artifacts, both of this user. Renames a spare one where
 * there is any: making one waits for the disk, renaming does not. Only the server may write around it.
 */
export function makeScratchFolder(claim: Claim, path: string, user: BoxUser | null): void {
  const spare = left.get(claim)?.pop();
  if (spare !== undefined && spare !== path) {
    try {
      renameSync(spare, path);
      return;
    } catch {
      // The spare folder was removed.
    }
  }
  mkdirSync(dirname(path), { recursive: true });
  // What an interrupted attempt has made is its user's already.
  if (mkdirSync(join(path, ARTIFACTS), { recursive: true }) === undefined || !user) return;
  for (const made of [join(path, ARTIFACTS), path]) chownSync(made, user.uid, user.gid);
}

/** Keeps an attempt's folder for reuse where nothing is in it. Nothing may write to it any more. */
export function leaveScratchFolder(claim: Claim, path: string): void {
  if (readdirSync(path).length === 1) left.set(claim, [...(left.get(claim) ?? []), path]);
}
