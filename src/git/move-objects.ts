import { constants } from "node:fs";
import { copyFile, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "../lib/errors";

const LOOSE = /^[0-9a-f]{2}$/;

/**
 * Moves all objects of one repository into another, `from` and `to` being their `objects` folders. git writes objects
 * once, under the hash of their content, so one that is there already is the same.
 */
export async function moveObjects(from: string, to: string): Promise<void> {
  const folders = (await readdir(from)).filter((name) => LOOSE.test(name));
  for (const name of folders) await moveFiles(join(from, name), join(to, name));
  // A pack is found by its index, which therefore goes last.
  const packs = await readdir(join(from, "pack")).catch(() => []);
  packs.sort((a, b) => Number(a.endsWith(".idx")) - Number(b.endsWith(".idx")));
  for (const name of packs) await moveFile(join(from, "pack", name), join(to, "pack"), name);
}

async function moveFiles(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) await moveFile(join(from, name), to, name);
  await rm(from, { recursive: true, force: true });
}

async function moveFile(source: string, folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  try {
    await rename(source, join(folder, name));
  } catch (error) {
    if (codeOf(error) !== "EXDEV") throw error;
    const half = join(folder, `tmp_obj_${name}`);
    await copyFile(source, half, constants.COPYFILE_FICLONE);
    await rename(half, join(folder, name));
    await rm(source);
  }
}
