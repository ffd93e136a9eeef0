import { execFile } from "node:child_process";
import { mkdtemp, realpath, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach } from "vitest";
import { codeOf } from "../lib/errors";

const run = promisify(execFile);
const mounted = new Set<string>();

export const NO_MOUNT = "a small disk can be mounted by root alone, where mounting is allowed";

/** Unmounts what a test has mounted, also what is still in use. Call it once in the file, before what uses the disk. */
export function unmountAfterEach(): void {
  afterEach(async () => {
    for (const folder of mounted) {
      await run("umount", ["--lazy", folder]);
      await rm(folder, { recursive: true });
    }
    mounted.clear();
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
