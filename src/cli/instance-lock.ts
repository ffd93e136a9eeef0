import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError, codeOf } from "../lib/errors";
import { startOfProcess } from "../lib/process-identity";

/** The process that holds a data folder. */
interface Holder {
  pid: number;
  /** Start time, to tell the process from a later one with the same id. */
  started: string;
}

export interface InstanceLock {
  release(): Promise<void>;
}

const TRIES = 20;

function lockPath(dataDir: string): string {
  return join(dataDir, "phaseboard.lock");
}

/** The process that holds the data folder, or null. A lock whose process has ended does not count. */
export async function findHolder(dataDir: string): Promise<Holder | null> {
  const holder = parse(await readFile(lockPath(dataDir), "utf8").catch(() => ""));
  return holder && startOfProcess(holder.pid) === holder.started ? holder : null;
}

/**
 * Locks the existing data folder for this process. Throws CONFLICT while another process holds it. The lock
 * file is written elsewhere and linked into place, so it is never incomplete.
 */
export async function lockInstance(dataDir: string): Promise<InstanceLock> {
  const path = lockPath(dataDir);
  const own = JSON.stringify({ pid: process.pid, started: startOfProcess(process.pid) ?? "" });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, own, { mode: 0o644 });
  try {
    for (let left = TRIES; left > 0; left--) {
      if (await tryLink(draft, path)) return { release: () => removeIf(path, own) };
      const holder = await findHolder(dataDir);
      if (holder) {
        throw new AppError(
          "CONFLICT",
          `Phaseboard runs on ${dataDir} already (process ${holder.pid}). Stop it first, or set PHASEBOARD_DATA_DIR to another folder.`,
        );
      }
      await removeStale(path);
    }
    throw new AppError("CONFLICT", `${path} cannot be taken. Remove it and start again.`);
  } finally {
    await rm(draft, { force: true });
  }
}

async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Moves the stale lock away before checking it again, so that two starts at once do not remove each other's lock. */
async function removeStale(path: string): Promise<void> {
  const aside = `${path}.stale-${process.pid}`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  const holder = parse(await readFile(aside, "utf8"));
  if (holder && startOfProcess(holder.pid) === holder.started) await tryLink(aside, path);
  await rm(aside, { force: true });
}

async function removeIf(path: string, content: string): Promise<void> {
  const now = await readFile(path, "utf8").catch(() => "");
  if (now === content) await rm(path, { force: true });
}

function parse(text: string): Holder | null {
  try {
    const { pid, started } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === "number" && typeof started === "string" ? { pid, started } : null;
  } catch {
    return null;
  }
}
