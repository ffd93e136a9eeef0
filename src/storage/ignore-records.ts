import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXECUTIONS } from "../lib/executions";

/**
 * Makes git ignore the records of runs: nobody wants to commit or stash them. Call it after making a folder for `key`.
 * An existing .gitignore stays unchanged.
 */
export function ignoreRecords(base: string, key: string): void {
  if (!key.startsWith(`${EXECUTIONS}/`)) return;
  try {
    writeFileSync(join(base, EXECUTIONS, ".gitignore"), "*\n", { flag: "wx" });
  } catch {
    // The file exists, or the disk cannot be written, which the write of the record itself reports.
  }
}
