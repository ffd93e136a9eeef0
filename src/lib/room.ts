import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { least } from "./least";
import { markOf } from "./low-water";
import { readSettings } from "./settings";

/*
 * Terms. Low water: less is free on a disk than its mark, so nothing begins that would take more of it. Full: so little
 * is free that writes of the database may fail at any moment.
 */

const MB = 1024 ** 2;
/** What is free on a disk is asked at most so often, in milliseconds. */
const FRESH_MS = 1_000;
/** A disk with less is full: one segment of the database's write-ahead log, and as much again. */
const FULL_BYTES = 32 * MB;

/** What is free on a disk, in bytes. */
export interface Room {
  free: number;
  total: number;
  /** The low-water mark. */
  mark: number;
}

export const isLow = ({ free, mark }: Room) => free < mark;

/** A small disk is full with less. */
export const isFull = ({ free, total }: Room) => free < Math.min(FULL_BYTES, total / 32);

const asked = new Map<string, { at: number; room: Promise<Room | null> }>();

/** What is free where this folder lies, or is to lie; null where that cannot be told. A second old at most. */
export function roomOf(folder: string): Promise<Room | null> {
  const known = asked.get(folder);
  if (known && performance.now() - known.at < FRESH_MS) return known.room;
  const room = measure(folder);
  asked.set(folder, { at: performance.now(), room });
  return room;
}

/** As `roomOf`, of this moment. */
export async function measure(folder: string): Promise<Room | null> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await statfs(at).catch(() => null);
    if (found) {
      const { bavail, blocks, bsize } = found;
      const total = blocks * bsize;
      return { free: bavail * bsize, total, mark: markOf(total, readSettings().lowWater) };
    }
    if (at === dirname(at)) return null;
  }
}

/** The one of these folders whose disk is lowest, measured by its mark; null where none can be measured. */
export async function lowestOf(folders: readonly string[]): Promise<Room | null> {
  const rooms = (await Promise.all(folders.map(roomOf))).filter((room) => room !== null);
  const share = ({ free, mark }: Room) => free / Math.max(1, mark);
  const lowest = least(...rooms.map(share));
  return rooms.find((room) => share(room) === lowest) ?? null;
}

/** The folders of a server that may each be a disk of their own: the data folder, and what lies in it. */
export function serverFolders(dataDir: string): string[] {
  const cluster = join(dataDir, "postgres", "cluster");
  return [dataDir, join(dataDir, "projects"), join(dataDir, "workspaces"), cluster, join(cluster, "pg_wal")];
}

/** What is free on the lowest disk of this server; null where that cannot be told. */
export const serverRoom = (dataDir = readSettings().dataDir) => lowestOf(serverFolders(dataDir));

/** Whether a disk of this server is below its low-water mark. */
export async function isServerLow(dataDir?: string): Promise<boolean> {
  const room = await serverRoom(dataDir);
  return room !== null && isLow(room);
}
