import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";

const TEMPORARY = ".tmp";
const TEMPORARY_NAME = /^\..+\.[0-9a-f]{12}\.tmp$/;

/** Where a file is written ahead of its being `path`: beside it, by a name that nobody else takes. */
export function temporaryOf(path: string): string {
  return `${prefixOf(path)}${randomBytes(6).toString("hex")}${TEMPORARY}`;
}

/** True for a name as `temporaryOf` gives it, of any file. */
export function isTemporary(name: string): boolean {
  return TEMPORARY_NAME.test(name);
}

/** True where `other` was to become `path`. */
export function isTemporaryOf(path: string, other: string): boolean {
  return other.startsWith(prefixOf(path)) && other.endsWith(TEMPORARY);
}

function prefixOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.`);
}
