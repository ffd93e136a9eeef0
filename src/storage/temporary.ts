import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";

const TEMPORARY = ".tmp";
const TEMPORARY_NAME = /^\..+\.[0-9a-f]{12}\.tmp$/;

/** The temporary name of a file before it becomes `path`: in the same folder, used by nobody else. */
export function temporaryOf(path: string): string {
  return `${prefixOf(path)}${randomBytes(6).toString("hex")}${TEMPORARY}`;
}

/** True for any name that `temporaryOf` gives. */
export function isTemporary(name: string): boolean {
  return TEMPORARY_NAME.test(name);
}

/** True where `other` is a temporary name of `path`. */
export function isTemporaryOf(path: string, other: string): boolean {
  return other.startsWith(prefixOf(path)) && other.endsWith(TEMPORARY);
}

function prefixOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.`);
}
