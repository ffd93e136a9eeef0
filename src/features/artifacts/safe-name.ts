import { isTemporary } from "../../storage/temporary";

/** Bytes of one name on the way, with room for what a name is written under first, and of the whole. */
const MAX_SEGMENT = 200;
const MAX_BYTES = 400;
const LONGEST_ENDING = 20;

/**
 * The path under which an artifact of this name is kept, relative to its step's folder: the name itself, but for what
 * a file system or a program may take for something else.
 */
export function safeName(name: string): string {
  const segments = name.split("/").filter((segment) => segment !== "" && segment !== ".");
  const safe = segments.map(safeSegment);
  const path = safe.join("/");
  if (path === "") return "file";
  return Buffer.byteLength(path) <= MAX_BYTES ? path : (safe.at(-1) ?? "file");
}

/** The same path with a number ahead of its ending. */
export function numbered(path: string, number: number): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const ending = endingOf(name);
  return `${path.slice(0, path.length - ending.length)}-${number}${ending}`;
}

/** Control characters, those that turn the direction of what follows, and what some systems allow in no name. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNSAFE = /[\0-\x1f\x7f-\x9f\\<>:"|?*\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function safeSegment(segment: string): string {
  // What is half a character is none.
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

/** `.tgz`, with its dot; empty where there is none that is short. A name that begins with a dot is no ending. */
function endingOf(name: string): string {
  const at = name.lastIndexOf(".");
  return at > 0 && name.length - at <= LONGEST_ENDING ? name.slice(at) : "";
}
