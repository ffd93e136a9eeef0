import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, messageOf } from "../lib/errors";
import { isBelow } from "../lib/is-below";

/** A file's text, or why it was not read, as words that follow the file's name. */
export type FileText = { text: string } | { refused: string };

/**
 * Reads a text file of at most `maxBytes` at `path`, which is relative to `folder` and must lie inside, links included.
 * Never blocks on a pipe or device. Null where the file does not exist.
 */
export async function readTextInside(
  folder: string,
  path: string,
  maxBytes: number,
): Promise<FileText | null> {
  let handle: FileHandle;
  try {
    const root = await realpath(folder);
    const real = await realpath(join(root, path));
    if (!isBelow(root, real)) {
      return { refused: "is a link that leads out of the project" };
    }
    handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    if (code === "ELOOP") return { refused: "is a link that leads to itself" };
    return { refused: `cannot be read: ${messageOf(error)}` };
  }
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) return { refused: "is not a file" };
    // The size is checked first. The file may grow while it is read, so the bytes are limited too.
    const isLarge = { refused: `has more than ${Math.round(maxBytes / 1024)} KB` };
    if (facts.size > maxBytes) return isLarge;
    const bytes = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length; length += read) {
      read = (await handle.read(bytes, length, bytes.length - length)).bytesRead;
    }
    return length > maxBytes ? isLarge : decode(bytes.subarray(0, length));
  } finally {
    await handle.close();
  }
}

function decode(bytes: Uint8Array): FileText {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? { refused: "has a NUL character" } : { text };
  } catch {
    return { refused: "is not UTF-8 text" };
  }
}
