import { execFile } from "node:child_process";
import { lstat, readdir, rm, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { findBox } from "./find-box";

/**
 * Removes what processes in a box have made. `path` lies in a folder in which only the server may write. Where another
 * process of the same user could replace a folder by a link meanwhile, the user itself removes what is in it.
 */
export async function removeTree(path: string): Promise<void> {
  const box = await findBox();
  if (box.kind !== "user") return rm(path, { recursive: true, force: true });
  const facts = await lstat(path).catch(() => null);
  if (!facts) return;
  if (!facts.isDirectory()) return unlink(path);
  if (facts.uid === 0) {
    for (const name of await readdir(path)) await removeTree(join(path, name));
  } else {
    const rights = [`--reuid=${facts.uid}`, `--regid=${facts.gid}`, "--clear-groups", "--no-new-privs"];
    // It cannot take away the folder itself.
    await promisify(execFile)(box.setpriv, [...rights, "rm", "-rf", "--", path]).catch(() => {});
  }
  await rmdir(path);
}
