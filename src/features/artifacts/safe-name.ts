import { isTemporary } from "../../storage/temporary";

/** The most bytes of a path segment, with room for the prefix of a temporary file, and of a whole path. */
const MAX_SEGMENT = 200;
const MAX_BYTES = 400;
const LONGEST_ENDING = 20;

/**
 * The path under which an artifact is stored, relative to its step's folder: its name, with everything
 * replaced that a file system or a program could misread.
 */
export function safeName(name: string): string {
  const segments = name.split("/").filter((segment) => segment !== "" && segment !== ".");
  const safe = segments.map(safeSegment);
  const path = safe.join("/");
  if (path === "") return "file";
  return Buffer.byteLength(path) <= MAX_BYTES ? path : (safe.at(-1) ?? "file");
}

/** The same path with a number before its file extension. */
export function numbered(path: string, number: number): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const ending = endingOf(name);
  return `${path.slice(0, path.length - ending.length)}-${number}${ending}`;
}

/** Characters that control, that change a text's direction, or that some systems forbid in names. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNSAFE = /[\0-\x1f\x7f-\x9f\\<>:"|?*\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function safeSegment(segment: string): string {
  // Replaces half of a surrogate pair, which is no valid character.
  const plain = Buffer.from(segment).toString().replace(UNSAFE, "_");
  const isTaken = plain === ".." || plain.toLowerCase() === ".git" || isTemporary(plain);
  const name = isTaken ? `_${plain.slice(1)}` : plain;
  return shortened(name.replace(/[. ]+$/, (end: string) => "_".repeat(end.length)));
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAX_SEGMENT) return name;
  const ending = endingOf(name);
  let stem = "";
  for (const char of name) {
    if (Buffer.byteLength(stem + char + ending) > MAX_SEGMENT) break;
    stem += char;
  }
  return stem + ending;
}

/** The extension with its dot, as in `.tgz`; empty if there is no short one. A leading dot starts none. */
function endingOf(name: string): string {
  const at = name.lastIndexOf(".");
  return at > 0 && name.length - at <= LONGEST_ENDING ? name.slice(at) : "";
}
