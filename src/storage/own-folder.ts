import { realpath, rm } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { readSettings } from "../lib/settings";

/** Where the projects live that Phaseboard makes folders for. */
export function ownRoot(): string {
  return join(readSettings().dataDir, "projects");
}

/** True where `path` is `root` or below it; links are not followed. */
export function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** True where a project's folder is one of our own making. */
export async function isOwnFolder(path: string): Promise<boolean> {
  const root = await realpath(ownRoot()).catch(() => null);
  return root !== null && path !== root && isWithin(root, path);
}

/** Deletes a project's folder where it is one of our own making; a folder that a person chose stays. */
export async function removeOwnFolder(path: string): Promise<void> {
  if (await isOwnFolder(path)) await rm(path, { recursive: true, force: true });
}
