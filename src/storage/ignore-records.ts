import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXECUTIONS } from "../lib/executions";

/**
 * Tells git to leave the records of runs alone: nobody means to commit them, nor to have them put aside by a stash.
 * To be called where a folder was made for `key`; a file that is there already stays, whatever it says.
 */
export function ignoreRecords(base: string, key: string): void {
  if (!key.startsWith(`${EXECUTIONS}/`)) return;
  try {
    writeFileSync(join(base, EXECUTIONS, ".gitignore"), "*\n", { flag: "wx" });
  } catch {
    // It is there, or what was to be written says why nothing can be.
  }
}
