import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { GitFailed, git } from "./git";
import { isGitProject, keeperOf } from "./keeper";

/** Snapshots' refs; see `snapshotRef`. */
const REFS = "refs/phaseboard/runs";
/** Keepers whose numbers are kept, and milliseconds for which they count: `git gc` packs what they were taken of. */
const MOST = 1_000;
const FRESH_MS = 60 * 60_000;

/** What was counted last of a keeper, and the refs that it holds for. */
const counted = new Map<string, { refs: string; at: number; bytes: number }>();

/**
 * The bytes on the disk that the snapshots of a project's runs take and nothing else of its repositories does, as git has
 * them stored. Counted again only where a ref has moved since. Null where they cannot be counted: git is older than 2.31.
 */
export async function snapshotBytes(project: string): Promise<number | null> {
  const keepers = [
    ...(isGitProject(project) ? [await keeperOf(project, "clone").catch(nullWhereFailed)] : []),
    await keeperOf(project, "copy"),
  ].filter((keeper) => keeper !== null && existsSync(keeper));
  let sum = 0;
  for (const keeper of keepers) {
    const bytes = keeper === null ? 0 : await bytesOf(keeper).catch(nullWhereFailed);
    if (bytes === null) return null;
    sum += bytes;
  }
  return sum;
}

async function bytesOf(keeper: string): Promise<number> {
  const call = { cwd: keeper, env: { GIT_DIR: keeper } };
  // Branches too: what one of them has by now is no snapshot's alone any more.
  const told = await git(["for-each-ref", "--format=%(objectname)", REFS, "refs/heads"], call);
  const refs = createHash("sha1").update(told).digest("hex");
  const known = counted.get(keeper);
  if (known?.refs === refs && Date.now() - known.at < FRESH_MS) return known.bytes;
  const words = ["rev-list", "--disk-usage", "--objects", `--glob=${REFS}`];
  const bytes = Number(await git([...words, "--not", "--branches", "--tags", "--remotes"], call));
  counted.delete(keeper);
  counted.set(keeper, { refs, at: Date.now(), bytes });
  for (const oldest of counted.keys()) if (counted.size > MOST) counted.delete(oldest);
  return bytes;
}

function nullWhereFailed(error: unknown): null {
  if (error instanceof GitFailed) return null;
  throw error;
}
