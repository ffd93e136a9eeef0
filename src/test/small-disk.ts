import { execFile } from "node:child_process";
import { appendFile, mkdtemp, realpath, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach } from "vitest";
import { codeOf } from "../lib/errors";

const MB = 1024 ** 2;
const run = promisify(execFile);
const mounted = new Set<string>();
/** The test has ended, so nothing keeps its disk full. */
let isOver = false;

export const NO_MOUNT = "a small disk can be mounted by root alone, where mounting is allowed";

/** Unmounts what a test has mounted, also what is still in use. Call it once in the file, before what uses the disk. */
export function unmountAfterEach(): void {
  afterEach(async () => {
    isOver = true;
    for (const folder of mounted) {
      mounted.delete(folder);
      await run("umount", ["--lazy", folder]);
      await rm(folder, { recursive: true });
    }
  });
}

/** A real disk of so many megabytes, empty; null where none may be mounted. */
export async function mountSmallDisk(megabytes: number): Promise<string | null> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-disk-")));
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=755`, "tmpfs", folder]);
  } catch {
    await rm(folder, { recursive: true });
    return null;
  }
  mounted.add(folder);
  isOver = false;
  return folder;
}

/** Takes what is free on the disk but `leave` bytes. Call the result to give it back. */
export async function fillDisk(folder: string, leave = 0): Promise<() => Promise<void>> {
  const file = join(folder, "what-else-lies-here");
  const { bavail, bsize } = await statfs(folder);
  await writeFile(file, Buffer.alloc(Math.max(0, bavail * bsize - leave))).catch((error: unknown) => {
    // Somebody else took the last of it meanwhile.
    if (codeOf(error) !== "ENOSPC") throw error;
  });
  return () => rm(file);
}

/** Takes every last byte, also what is given free meanwhile, until called. */
export function keepDiskFull(disk: string): () => Promise<void> {
  const path = join(disk, "grows");
  let isStopped = false;
  const work = (async () => {
    for (let piece = MB; !isOver && !isStopped; ) {
      const grown = await appendFile(path, Buffer.alloc(piece)).catch((error: unknown) => error);
      if (codeOf(grown) !== "ENOSPC") continue;
      if (piece > 4_096) piece /= 4;
      else await sleep(20);
    }
  })();
  return async () => {
    isStopped = true;
    await work;
    await rm(path);
  };
}
