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

/** Depth of a run's folder below that of all runs. */
const RUN_DEPTH = EXECUTIONS.split("/").length;

/** Small files to write into one folder. */
export interface FolderOrder {
  /** A folder that must exist; nothing is written outside of it. */
  root: string;
  /** Key of the folder to write to. */
  key: string;
  /** Key of an ancestor that is not made. Where it is gone, the files are not needed any more. */
  within?: string;
  /** Content by file name. */
  files: Record<string, Uint8Array>;
  /** True: on disk when the call returns, with no half-written files left. False: a power failure may lose them. */
  lasting: boolean;
}

/**
 * Writes whole files: readers get the old bytes or the new. A file that already has these bytes is only synced, if
 * `lasting`. Blocks on the disk, so call it from a thread that has nothing else to do.
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
  // Windows cannot open folders; there a rename is on disk when it returns.
  if (lasting && process.platform !== "win32") withFile(folder, "r", fsyncSync);
}

/** Makes the folder if needed. Each part of its path is checked, so that no link leads outside. */
function makeFolder(root: string, key: string): string {
  checkKey(key);
  const base = realpathSync.native(root);
  let folder = base;
  for (const [depth, name] of key.split("/").entries()) {
    folder = join(folder, name);
    const facts = lstatSync(folder, { throwIfNoEntry: false });
    if (!facts) {
      mkdirSync(folder, { recursive: true });
      // Done once per run.
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

/** Syncs a file that already has these bytes. False where it has others, or where that cannot be told. */
function isOnDisk(path: string, bytes: Uint8Array): boolean {
  try {
    // Opened for writing too, since only Linux can sync a file that was opened for reading.
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
