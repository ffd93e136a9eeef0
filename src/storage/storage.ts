import type { Readable } from "node:stream";

/** Bytes by key. Keys are relative posix paths; none leads out of where they are kept. */
export interface Storage {
  /** Replaces the whole content atomically: readers see the old bytes or the new. Returns the size in bytes. */
  put(key: string, content: Content): Promise<number>;
  /** Bytes from `start` up to and including `end`; `size` is of the whole file. Null where there is none. */
  open(key: string, range?: { start?: number; end?: number }): Promise<StoredFile | null>;
  /** Gives a file another key, in the place of what is there. Throws where there is none. */
  move(from: string, to: string): Promise<void>;
  stat(key: string): Promise<{ size: number; modified_at: Date } | null>;
  /** Deletes the file if there is one, and what a put of it that was cut off has left. */
  delete(key: string): Promise<void>;
  /** Deletes the folder `key` with all that is in it. */
  deletePrefix(key: string): Promise<void>;
}

export type Content = Uint8Array | string | AsyncIterable<Uint8Array>;

export interface StoredFile {
  size: number;
  /** Destroy it where it is not read to its end. */
  stream: Readable;
}

/** Whose files they are: the project, and its absolute folder. */
export interface StorageOwner {
  id: string;
  path: string;
}

/** A key that is no relative path below the root. */
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

/** The content piece by piece, as it comes. */
export async function* partsOf(content: Content): AsyncGenerator<Uint8Array, void, undefined> {
  if (typeof content === "string") yield Buffer.from(content);
  else if (content instanceof Uint8Array) yield content;
  else yield* content;
}
