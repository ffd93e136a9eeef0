import { textOf } from "./raw-diff";

/** A part of a file that changed, with the lines around it. */
export interface PatchHunk {
  /** The first line of each side and how many there are, as `@@` says; from 1, or 0 of a side without lines. */
  old_start: number;
  old_lines: number;
  new_start: number;
  new_lines: number;
  /** The line that git shows behind `@@`, as a function's head. */
  section: string;
  /** Each with its sign before it: a space, `-` or `+`. Without the line's end. */
  lines: string[];
  /** The side's last line is in this hunk and has no line end. */
  old_no_newline: boolean;
  new_no_newline: boolean;
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?([\s\S]*)$/;

/** One file of a patch. */
export interface PatchFile {
  /** Both contents' ids, as `old..new`, where the patch was made with `--full-index`. */
  ids: string;
  hunks: PatchHunk[];
}

/**
 * The files of a patch that have hunks, by their names, which are bytes, each as one character: the new name, or the
 * old one of a file that is deleted. A file that is replaced by a link has the hunks of both.
 */
export function parsePatch(bytes: Buffer): Map<string, PatchFile> {
  const files = new Map<string, PatchFile>();
  const all = bytes.toString("latin1").split("\n");
  let [ids, old_name, at]: [string, string | null, number] = ["", null, 0];
  let file: PatchFile = { ids, hunks: [] };
  while (at < all.length) {
    const line = all[at++] ?? "";
    if (line.startsWith("index ")) {
      ids = line.split(" ")[1] ?? "";
    } else if (line.startsWith("--- ")) {
      old_name = nameOf(line.slice(4));
    } else if (line.startsWith("+++ ")) {
      const name = nameOf(line.slice(4)) ?? old_name ?? "";
      file = files.get(name) ?? { ids, hunks: [] };
      files.set(name, file);
    } else if (line.startsWith("@@ ")) {
      const [hunk, end] = hunkAt(all, at - 1);
      file.hunks.push(hunk);
      at = end;
    }
  }
  return files;
}

/** The hunk whose `@@` stands there, and where it ends. Its lines are counted, since they may look like anything. */
function hunkAt(all: readonly string[], head: number): [PatchHunk, number] {
  const [, old_start, old_lines = "1", new_start, new_lines = "1", section = ""] =
    HUNK.exec(all[head] ?? "") ?? [];
  const hunk: PatchHunk = {
    old_start: Number(old_start),
    old_lines: Number(old_lines),
    new_start: Number(new_start),
    new_lines: Number(new_lines),
    section: textOf(section),
    lines: [],
    old_no_newline: false,
    new_no_newline: false,
  };
  let [old_left, new_left, at, last] = [hunk.old_lines, hunk.new_lines, head + 1, " "];
  for (; at < all.length; at++) {
    const line = all[at] ?? "";
    const sign = line.charAt(0);
    if (sign === "\\") {
      if (last !== "+") hunk.old_no_newline = true;
      if (last !== "-") hunk.new_no_newline = true;
      continue;
    }
    if (old_left <= 0 && new_left <= 0) break;
    if (sign !== "+") old_left -= 1;
    if (sign !== "-") new_left -= 1;
    hunk.lines.push(textOf(line));
    last = sign;
  }
  return [hunk, at];
}

/** `a/name` or `b/name` without its letter, as git quotes it; null for `/dev/null`. A tab may end it. */
function nameOf(text: string): string | null {
  const name = text.startsWith('"') ? unquoted(text) : text.replace(/\t$/, "");
  return name === "/dev/null" ? null : name.slice(2);
}

const ESCAPES: Record<string, string> = { a: "\x07", b: "\b", t: "\t", n: "\n", v: "\v", f: "\f", r: "\r" };

/** A name that git has put in quotes. */
function unquoted(text: string): string {
  return text
    .slice(1, text.lastIndexOf('"'))
    .replace(/\\(?:([0-7]{3})|(.))/g, (_, octal: string | undefined, letter: string) =>
      octal === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(octal, 8)),
    );
}
