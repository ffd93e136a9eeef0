import { existsSync } from "node:fs";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../lib/errors";

/** Stands in a data folder from a restore's begin to its end. */
const MARKER = "restore-under-way";
/** What may lie in an empty data folder: our lock, and what a file system makes in its own top. */
const NOTHING = /^(phaseboard\.lock.*|lost\+found|restore-under-way)$/;

/** Throws CONFLICT where a restore into this folder was broken off. */
export function refuseHalfRestored(dataDir: string): void {
  if (!existsSync(join(dataDir, MARKER))) return;
  throw new AppError(
    "CONFLICT",
    `A restore into ${dataDir} was not finished. Run npx phaseboard restore again, which starts anew.`,
  );
}

/**
 * Takes an empty folder for a restore. What an earlier restore that was broken off has left is removed; anything else
 * is refused with CONFLICT.
 */
export async function beginRestore(dataDir: string): Promise<{ isAgain: boolean }> {
  const names = await readdir(dataDir);
  const isAgain = names.includes(MARKER);
  const there = names.filter((name) => !NOTHING.test(name));
  if (there.length > 0 && !isAgain) {
    throw new AppError(
      "CONFLICT",
      `${dataDir} is not empty. Restore into an empty folder, which PHASEBOARD_DATA_DIR names.`,
    );
  }
  await writeFile(join(dataDir, MARKER), "", { flush: true });
  for (const name of there) await rm(join(dataDir, name), { recursive: true, force: true });
  return { isAgain };
}

export async function endRestore(dataDir: string): Promise<void> {
  await rm(join(dataDir, MARKER));
}
