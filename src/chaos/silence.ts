import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** While it is there, in the project's folder, agents fall silent in the midst of their turn. */
export const SILENCE_FILE = "silence";
/** How long: more than it takes until they count as stalled, less than it takes until they are given up. */
export const SILENT_MS = 7_000;
export const STALL = "6s";

export async function setSilence(path: string, silent: boolean): Promise<void> {
  const file = join(path, SILENCE_FILE);
  await (silent ? writeFile(file, "") : rm(file, { force: true }));
}
