import { cp, mkdir, readdir, realpath, rename, rm } from "node:fs/promises";
import { basename, isAbsolute, join, relative, sep } from "node:path";
import { sql } from "drizzle-orm";
import type { Tx } from "../db/client";
import { projects } from "../db/schema/projects";
import { codeOf } from "../lib/errors";
import { newId } from "../lib/ids";
import { readSettings } from "../lib/settings";

/** Days for which a deleted project's folder can be restored by hand. */
const TRASH_DAYS = 7;
const DAY_MS = 24 * 60 * 60_000;

/** The folder in which Phaseboard makes projects' folders. */
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

/** The path with links followed; unchanged where it does not exist. */
export function realOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

/** Locks names and folders of all projects until the transaction ends. */
export async function lockFolders(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('phaseboard project slug'))`);
}

/** The folders of all projects, as stored and with links followed. Call it under `lockFolders`. */
export async function listFolders(tx: Tx): Promise<string[]> {
  const rows = await tx.select({ path: projects.path }).from(projects);
  const real = await Promise.all(rows.map(({ path }) => realOf(path)));
  return [...new Set([...rows.map(({ path }) => path), ...real])];
}

/** Whether `folder` (a real path) equals one of these, or lies inside or around one. */
export function isTaken(folders: string[], folder: string): boolean {
  return folders.some((path) => isWithin(path, folder) || isWithin(folder, path));
}

/** Moves a deleted project's folder to the trash, where it stays for a week. Nothing happens where it is gone. */
export async function moveToTrash(folder: string): Promise<void> {
  const trash = trashRoot();
  await mkdir(trash, { recursive: true, mode: 0o700 });
  const place = join(trash, `${Date.now()}-${newId()}-${basename(folder)}`);
  try {
    await rename(folder, place);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return;
    if (code !== "EXDEV") throw error;
    // The projects are on another disk, where a rename is impossible.
    await cp(folder, place, { recursive: true, verbatimSymlinks: true });
    await rm(folder, { recursive: true, force: true });
  }
}

/** Deletes folders that have been in the trash for a week. */
export async function emptyTrash(now = Date.now()): Promise<void> {
  const names = await readdir(trashRoot()).catch(() => []);
  for (const name of names) {
    const since = Number(/^(\d+)-/.exec(name)?.[1] ?? now);
    if (now - since > TRASH_DAYS * DAY_MS) {
      await rm(join(trashRoot(), name), { recursive: true, force: true });
    }
  }
}
