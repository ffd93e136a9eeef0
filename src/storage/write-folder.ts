import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { EXECUTIONS } from "../lib/executions";
import { ignoreRecords } from "./ignore-records";
import { refuseOutside } from "./local";
import { checkKey } from "./storage";
import { isTemporary, temporaryOf } from "./temporary";

/** Of a run's folder, behind that of all runs. */
const RUN_DEPTH = EXECUTIONS.split("/").length;

/** Small files of one folder. */
export interface FolderOrder {
  /** A folder that must be there; what is written stays inside of it. */
  root: string;
  /** Of the folder. */
  key: string;
  /** Key of a folder on the way that is not made: where it is gone, so is what the files are for. */
  within?: string;
  /** By their names. */
  files: Record<string, Uint8Array>;
  /**
   * They are on disk when it is done, and what writes of this folder have left that were cut off is gone; else they
   * may be lost with the machine's power.
   */
  lasting: boolean;
}

/**
 * Writes whole files: readers see the old bytes or the new. One that has these bytes is only made sure of where it
 * is to last. Each call waits for the disk, so it is for a thread that has nothing else to do.
 */
export function writeFolder({ root, key, within, files, lasting }: FolderOrder): void {
  if (within !== undefined) lstatSync(join(root, within));
  const folder = makeFolder(root, key);
  if (lasting) deleteTemporary(folder);
  for (const [name, bytes] of Object.entries(files)) {
    checkKey(`${key}/${name}`);
    const path = join(folder, name);
    if (!(lasting && isOnDisk(path, bytes))) replace(path, bytes, lasting);
  }
  // Windows opens no folders; there a rename is on disk when it returns.
  if (lasting && process.platform !== "win32") withFile(folder, "r", fsyncSync);
}

/** The folder, made where it is not there. Each name on the way is looked at, so that no link leads out. */
function makeFolder(root: string, key: string): string {
  checkKey(key);
  const base = realpathSync.native(root);
  let folder = base;
  for (const [depth, name] of key.split("/").entries()) {
    folder = join(folder, name);
    const facts = lstatSync(folder, { throwIfNoEntry: false });
    if (!facts) {
      mkdirSync(folder, { recursive: true });
      // Once a run is enough.
      if (depth === RUN_DEPTH) ignoreRecords(base, key);
    }
    if (!facts?.isSymbolicLink()) continue;
    folder = realpathSync.native(folder);
    refuseOutside(base, folder, key);
  }
  return folder;
}

function replace(path: string, bytes: Uint8Array, lasting: boolean): void {
  const temporary = temporaryOf(path);
  try {
    withFile(temporary, "wx", (file) => {
      writeFileSync(file, bytes);
      if (lasting) fsyncSync(file);
    });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Waits until a file that has these bytes is on disk. False where it has not, or where that cannot be told. */
function isOnDisk(path: string, bytes: Uint8Array): boolean {
  try {
    // For writing too: elsewhere than on Linux only such a file can be synced.
    return withFile(path, constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK, (file) => {
      const facts = fstatSync(file);
      if (!facts.isFile() || facts.size !== bytes.byteLength || !readFileSync(file).equals(bytes))
        return false;
      fsyncSync(file);
      return true;
    });
  } catch {
    return false;
  }
}

function deleteTemporary(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (isTemporary(name)) rmSync(join(folder, name), { force: true });
  }
}

function withFile<T>(path: string, flags: string | number, work: (file: number) => T): T {
  const file = openSync(path, flags);
  try {
    return work(file);
  } finally {
    closeSync(file);
  }
}
