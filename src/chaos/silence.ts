import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** While this file is in the project's folder, agents fall silent in the middle of their turn. */
export const SILENCE_FILE = "silence";
/** Milliseconds of silence: long enough to count as stalled, too short to be ended. */
export const SILENT_MS = 7_000;
export const STALL = "6s";

export async function setSilence(path: string, silent: boolean): Promise<void> {
  const file = join(path, SILENCE_FILE);
  await (silent ? writeFile(file, "") : rm(file, { force: true }));
}
