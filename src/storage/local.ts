import { constants } from "node:fs";
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  unlink,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ancestors } from "../lib/ancestors";
import { codeOf } from "../lib/errors";
import { failpoint } from "../lib/failpoint";
import { isBelow } from "../lib/is-below";
import { ignoreRecords } from "./ignore-records";
import { type Content, checkKey, partsOf, type Storage, StorageKeyError } from "./storage";
import { isTemporary, isTemporaryOf, temporaryOf } from "./temporary";

const READ_BYTES = 256 * 1024;
const BATCH_BYTES = 512 * 1024;

export interface LocalStorage extends Storage {
  /** Deletes half-written files in the folder `key`, at any depth if `deep`. No write to it may be under way. */
  deleteTemporary(key: string, options: { deep: boolean }): Promise<void>;
}

/** Files under `root`, which must exist: calls for a folder that was moved away fail, and make no empty one. */
export function createLocalStorage(root: string): LocalStorage {
  const locate = async (key: string): Promise<string | null> => {
    checkKey(key);
    const base = await realpath(root);
    const path = join(base, key);
    const folder = await realpathOrNull(dirname(path));
    if (folder === null) {
      await refuseEscape(base, dirname(path), key);
      return null;
    }
    refuseOutside(base, folder, key);
    return join(folder, basename(path));
  };

  const locateForWriting = async (key: string): Promise<string> => {
    const there = await locate(key);
    if (there) return there;
    // Each existing ancestor was checked to be inside, so folders that are made here are inside too.
    const base = await realpath(root);
    await mkdir(dirname(join(base, key)), { recursive: true });
    ignoreRecords(base, key);
    const made = await locate(key);
    if (!made) throw new Error(`the folder of ${key} could not be made`);
    return made;
  };

  const openRegular = async (key: string): Promise<{ handle: FileHandle; size: number } | null> => {
    const path = await locate(key);
    if (!path) return null;
    const handle = await open(
      /* turbopackIgnore: true */ path,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    ).catch(absent);
    if (!handle) return null;
    const facts = await handle.stat();
    if (facts.isFile()) return { handle, size: facts.size };
    await handle.close();
    return null;
  };

  return {
    async put(key, content) {
      const path = await locateForWriting(key);
      const temporary = temporaryOf(path);
      let size: number;
      try {
        const handle = await open(temporary, "wx");
        try {
          size = await writeAll(handle, content);
          await handle.sync();
        } finally {
          await handle.close();
        }
        failpoint("file:written");
        await rename(temporary, path);
      } catch (error) {
        await unlink(temporary).catch(absent);
        throw error;
      }
      await syncFolder(dirname(path));
      return size;
    },

    async move(from, to) {
      const source = await locate(from);
      if (!source) throw new Error(`there is no ${from}`);
      const target = await locateForWriting(to);
      await rename(source, target);
      await syncFolder(dirname(target));
    },

    async open(key, range = {}) {
      const opened = await openRegular(key);
      if (!opened) return null;
      const stream = opened.handle.createReadStream({
        start: range.start ?? 0,
        ...(range.end === undefined ? {} : { end: range.end }),
        highWaterMark: READ_BYTES,
      });
      return { size: opened.size, stream };
    },

    async stat(key) {
      const path = await locate(key);
      const facts = path ? await lstat(path).catch(absent) : null;
      return facts?.isFile() ? { size: facts.size, modified_at: facts.mtime } : null;
    },

    async delete(key) {
      const path = await locate(key);
      if (!path) return;
      await unlink(path).catch(absent);
      for (const name of (await readdir(dirname(path)).catch(absent)) ?? []) {
        const other = join(dirname(path), name);
        if (isTemporaryOf(path, other)) await unlink(other).catch(absent);
      }
    },

    async deletePrefix(key) {
      const path = await locate(key);
      if (path) await rm(path, { recursive: true, force: true });
    },

    async deleteTemporary(key, { deep }) {
      const path = await locate(key);
      const names = path ? await readdir(path, { recursive: deep }).catch(absent) : null;
      for (const name of names ?? []) {
        if (isTemporary(basename(name))) await unlink(join(path ?? "", name)).catch(absent);
      }
    },
  };
}

/** Writes one batch of parts while the next is read. Returns the number of bytes. */
async function writeAll(handle: FileHandle, content: Content): Promise<number> {
  let size = 0;
  let batch: Uint8Array[] = [];
  let gathered = 0;
  let writing = Promise.resolve();
  for await (const part of partsOf(content)) {
    batch.push(part);
    gathered += part.byteLength;
    if (gathered < BATCH_BYTES) continue;
    await writing;
    writing = writeBatch(handle, batch, gathered);
    // No unhandled rejection: the error is thrown where `writing` is awaited next.
    writing.catch(() => {});
    size += gathered;
    batch = [];
    gathered = 0;
  }
  await writing;
  if (gathered > 0) await writeBatch(handle, batch, gathered);
  return size + gathered;
}

async function writeBatch(handle: FileHandle, batch: Uint8Array[], bytes: number): Promise<void> {
  const { bytesWritten } = await handle.writev(batch);
  // On a nearly full disk less may be written than asked; writing the rest throws the reason.
  if (bytesWritten < bytes) await handle.writeFile(Buffer.concat(batch).subarray(bytesWritten));
}

/** Throws `StorageKeyError` unless `folder` is `base` or inside of it. Both are real paths. */
export function refuseOutside(base: string, folder: string, key: string): void {
  if (folder !== base && !isBelow(base, folder)) {
    throw new StorageKeyError(`"${key}" leads out of the folder`);
  }
}

/** Checks the nearest existing ancestor of `folder`, so that nothing is made behind a link to the outside. */
async function refuseEscape(base: string, folder: string, key: string): Promise<void> {
  for (const at of ancestors(folder)) {
    if (at.length < base.length) return;
    const link = await lstat(at).catch(absent);
    if (!link) continue;
    const real = await realpathOrNull(at);
    if (real === null) throw new StorageKeyError(`"${key}" passes a link that leads nowhere`);
    refuseOutside(base, real, key);
    return;
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders; there a rename is on disk when it returns.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function absentAs<T>(value: T) {
  return (error: unknown): T => {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(codeOf(error) ?? "")) return value;
    throw error;
  };
}

const absent = absentAs(null);

async function realpathOrNull(path: string): Promise<string | null> {
  return realpath(path).catch(absent);
}

/** True where `path` is a folder; links are followed. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then((facts) => facts.isDirectory(), absentAs(false));
}
