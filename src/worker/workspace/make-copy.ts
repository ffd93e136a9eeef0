import { constants } from "node:fs";
import { cp, lstat } from "node:fs/promises";
import { join } from "node:path";

/** Folders of Phaseboard in a project that are no files of its people. */
const RECORDS = [".agent/workflows/executions", ".agent/workflows/snapshots.git"];

/** Copies the project's files, by reflink where the file system can. Links stay links; sockets and pipes are left out. */
export async function makeCopy(project: string, files: string): Promise<void> {
  const left = new Set(RECORDS.map((path) => join(project, path)));
  await cp(project, files, {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    verbatimSymlinks: true,
    preserveTimestamps: true,
    async filter(source) {
      if (left.has(source)) return false;
      const facts = await lstat(source);
      // It would lead to the repository of which the project is a worktree.
      if (source === join(project, ".git") && !facts.isDirectory()) return false;
      return facts.isFile() || facts.isDirectory() || facts.isSymbolicLink();
    },
  });
}
