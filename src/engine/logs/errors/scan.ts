import type { ErrorLine } from "../../../model/error-line";

/** A line of a log as its reader sees it. */
export interface PlainLine {
  /** Number in the log, from 1. */
  number: number;
  text: string;
}

/** What a finder sees: the lines, and the index of the one that it is asked about. */
export interface Place {
  lines: readonly PlainLine[];
  at: number;
  text: string;
}

/** What is found at a line. `log_line` is that line, unless it is told. */
export type Found = Omit<ErrorLine, "log_line" | "file" | "line"> &
  Partial<Pick<ErrorLine, "log_line" | "file" | "line">>;

/** Looks at one line; null where it says no error. */
export type Finder = (place: Place) => Found | null;

export const textAt = ({ lines, at }: Place, offset: number): string => lines[at + offset]?.text ?? "";

/** The first that `pick` gives for one of the lines from the next on. */
export function lookAhead<T>(
  place: Place,
  most: number,
  pick: (text: string, offset: number) => T | null | "stop",
): T | null {
  const last = Math.min(most, place.lines.length - 1 - place.at);
  for (let offset = 1; offset <= last; offset++) {
    const picked = pick(textAt(place, offset), offset);
    if (picked === "stop") return null;
    if (picked !== null) return picked;
  }
  return null;
}

/** The first line behind this one that is not empty, without its indentation. */
export const nextText = (place: Place, most = 4): string | null =>
  lookAhead(place, most, (text) => text.trim() || null);

export interface FilePlace {
  file: string;
  line: number;
}

/** Files that are not of the project, which its people cannot mend. */
const FOREIGN =
  /node_modules[\\/]|^node:|[\\/]internal[\\/]|site-packages|[\\/]lib[\\/]python|[\\/]rustc[\\/]|[\\/]\.cargo[\\/]|[\\/]go[\\/]src[\\/]|[\\/]gems[\\/]|<(?:frozen|string|anonymous)/;

export const isForeign = (file: string) => FOREIGN.test(file);

/** The place that a line names as `file:line:column`, as in a stack of JavaScript. */
export function placeIn(text: string): FilePlace | null {
  const match = /(?:\(|^|\s|file:\/\/)((?:[A-Za-z]:)?[^\s():]+\.[A-Za-z]{1,5}):(\d{1,7})(?::\d+)?/.exec(text);
  if (!match?.[1] || isForeign(match[1])) return null;
  return { file: match[1], line: Number(match[2]) };
}

/** A position as words of a pattern gave it. */
export const placeOf = (file: string | undefined, line: string | undefined) => ({
  file: file?.replace(/^file:\/\//, "") ?? null,
  line: line === undefined ? null : Number(line),
});
