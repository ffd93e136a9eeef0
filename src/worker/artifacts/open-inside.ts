import { constants } from "node:fs";
import { type FileHandle, lstat, open, readlink, realpath } from "node:fs/promises";
import { codeOf, messageOf } from "../../lib/errors";

export type Opened = { handle: FileHandle; size: number } | { refusal: string };

/**
 * Opens a regular file whose real path satisfies `isInside`; links are followed. Gives a reason for people where it
 * does not. The check is on the opened file, so a path that changes meanwhile does no harm.
 */
export async function openInside(path: string, isInside: (real: string) => boolean): Promise<Opened> {
  try {
    const real = await realpath(path);
    if (!isInside(real)) return { refusal: "it is a link that leads out of the project" };
    // Checked before it is opened, since opening a device may have an effect.
    const facts = await lstat(real);
    if (!facts.isFile()) return { refusal: facts.isDirectory() ? "it is a link to a folder" : NO_FILE };
    const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const refusal = await judge(handle, real, isInside).catch(messageOf);
    if (typeof refusal === "number") return { handle, size: refusal };
    await handle.close();
    return { refusal };
  } catch (error) {
    return { refusal: reasonOf(error) };
  }
}

const NO_FILE = "it is no regular file";

/** The size of the opened file, or why it is refused. */
async function judge(
  handle: FileHandle,
  real: string,
  isInside: (real: string) => boolean,
): Promise<number | string> {
  const facts = await handle.stat();
  if (!facts.isFile()) return NO_FILE;
  if (process.platform === "linux") {
    const opened = await readlink(`/proc/self/fd/${handle.fd}`);
    return isInside(opened) ? facts.size : "it was moved out of the project meanwhile";
  }
  const now = await lstat(await realpath(real));
  return now.ino === facts.ino && now.dev === facts.dev ? facts.size : "it was replaced meanwhile";
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === "ENOENT") return "it is a link that leads nowhere, or is gone";
  if (code === "EACCES" || code === "EPERM") return "it may not be read";
  if (code === "ELOOP") return "it is a link that leads to itself";
  return messageOf(error);
}
