import type { Readable } from "node:stream";

/** Bytes by key. Keys are relative POSIX paths that stay inside of the storage. */
export interface Storage {
  /** Replaces the whole content atomically: readers get the old bytes or the new. Returns the number of bytes. */
  put(key: string, content: Content): Promise<number>;
  /** Bytes from `start` to `end`, both included; `size` is that of the whole file. Null where there is no file. */
  open(key: string, range?: { start?: number; end?: number }): Promise<StoredFile | null>;
  /** Gives a file another key, replacing a file there. Throws where `from` does not exist. */
  move(from: string, to: string): Promise<void>;
  stat(key: string): Promise<{ size: number; modified_at: Date } | null>;
  /** Deletes the file if it exists, and what an unfinished `put` of it has left. */
  delete(key: string): Promise<void>;
  /** Deletes the folder `key` with all of its content. */
  deletePrefix(key: string): Promise<void>;
}

export type Content = Uint8Array | string | AsyncIterable<Uint8Array>;

export interface StoredFile {
  size: number;
  /** Destroy it unless it is read to its end. */
  stream: Readable;
}

/** The project that owns the files, and its absolute folder. */
export interface StorageOwner {
  id: string;
  path: string;
}

/** The key is not a relative path inside of the storage. */
export class StorageKeyError extends Error {
  override readonly name = "StorageKeyError";
}

/** Throws `StorageKeyError` unless the key is a relative path without `.` and `..`. */
export function checkKey(key: string): void {
  const segments = key.split("/");
  const bad = segments.some(
    (segment) => segment === "" || segment === "." || segment === ".." || /[\\\0]/.test(segment),
  );
  if (bad) throw new StorageKeyError(`"${key}" is no path inside the folder`);
}

/** The content in pieces, as they come. */
export async function* partsOf(content: Content): AsyncGenerator<Uint8Array, void, undefined> {
  if (typeof content === "string") yield Buffer.from(content);
  else if (content instanceof Uint8Array) yield content;
  else yield* content;
}
