import { cp, mkdir, readdir, realpath, rename, rm } from "node:fs/promises";
import { basename, isAbsolute, join, relative, sep } from "node:path";
import { sql } from "drizzle-orm";
import type { Tx } from "../db/client";
import { projects } from "../db/schema/projects";
import { newId } from "../lib/ids";
import { readSettings } from "../lib/settings";

/** For how long the folder of a deleted project can still be taken back by hand. */
const TRASH_DAYS = 7;
const DAY_MS = 24 * 60 * 60_000;

/** Where the projects live that Phaseboard makes folders for. */
export function ownRoot(): string {
  return join(readSettings().dataDir, "projects");
}

function trashRoot(): string {
  return join(readSettings().dataDir, "trash");
}

/** True where `path` is `root` or below it; links are not followed. */
export function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The path with its links followed; as it is where nothing is there. */
export function realOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

/** Until the transaction ends, nobody else gives a project a name or a folder, or takes a folder away. */
export async function lockFolders(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('phaseboard project slug'))`);
}

/** The folders of all projects, as their rows have them and with links followed. Ask under `lockFolders`. */
export async function listFolders(tx: Tx): Promise<string[]> {
  const rows = await tx.select({ path: projects.path }).from(projects);
  const real = await Promise.all(rows.map(({ path }) => realOf(path)));
  return [...new Set([...rows.map(({ path }) => path), ...real])];
}

/** Whether `folder` (a real path) is one of these, or lies in or around one. */
export function isTaken(folders: string[], folder: string): boolean {
  return folders.some((path) => isWithin(path, folder) || isWithin(folder, path));
}

/**
 * Moves the folder of a deleted project to the trash under the data folder, where it stays for a week.
 * Nothing happens where it is gone already.
 */
export async function moveToTrash(folder: string): Promise<void> {
  const trash = trashRoot();
  await mkdir(trash, { recursive: true, mode: 0o700 });
  const place = join(trash, `${Date.now()}-${newId()}-${basename(folder)}`);
  try {
    await rename(folder, place);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT") return;
    if (code !== "EXDEV") throw error;
    // The projects are mounted from another disk.
    await cp(folder, place, { recursive: true, verbatimSymlinks: true });
    await rm(folder, { recursive: true, force: true });
  }
}

/** Deletes what has been in the trash for long enough. */
export async function emptyTrash(now = Date.now()): Promise<void> {
  const names = await readdir(trashRoot()).catch(() => []);
  for (const name of names) {
    const since = Number(/^(\d+)-/.exec(name)?.[1] ?? now);
    if (now - since > TRASH_DAYS * DAY_MS) {
      await rm(join(trashRoot(), name), { recursive: true, force: true });
    }
  }
}
