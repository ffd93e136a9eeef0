import { copyFile, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeTree } from "../box/remove-tree";
import { codeOf } from "../lib/errors";
import { type GitCall, git } from "./git";
import { moveObjects } from "./move-objects";

/**
 * An empty repository of ours that sees a project's objects. No config, hook, filter or merge driver of the project takes
 * part in what git does there; what it makes goes to the project by `keep`.
 */
export interface OwnRepository {
  /** Absolute. */
  folder: string;
  /** How git is called there. */
  call: Pick<GitCall, "cwd"> & { env: Record<string, string> };
  /** Moves the objects that were made to the project's. Refs are the caller's. */
  keep(): Promise<void>;
}

/** `keeper`: the absolute `.git` folder whose objects it sees. The repository goes once `work` is over. */
export async function withOwnRepository<T>(
  keeper: string,
  work: (own: OwnRepository) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "phaseboard-git-"));
  try {
    const from = { cwd: keeper, env: { GIT_DIR: keeper } };
    const format = await git(["rev-parse", "--show-object-format"], from);
    const init = ["init", "--quiet", "--bare", "--template=", `--object-format=${format}`, folder];
    await git(init, { cwd: folder });
    await writeFile(join(folder, "objects", "info", "alternates"), `${join(keeper, "objects")}\n`);
    // A shallow project has no commits before these, and they must not be looked for.
    await copyFile(join(keeper, "shallow"), join(folder, "shallow")).catch((error: unknown) => {
      if (codeOf(error) !== "ENOENT") throw error;
    });
    return await work({
      folder,
      call: { cwd: folder, env: { GIT_DIR: folder } },
      keep: () => moveObjects(join(folder, "objects"), join(keeper, "objects")),
    });
  } finally {
    await removeTree(folder);
  }
}
