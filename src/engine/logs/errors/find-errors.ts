import { reasonText } from "../../../lib/plain-text";
import { plainText as storable } from "../../../model/entry";
import type { ErrorKind, ErrorLine, Why } from "../../../model/error-line";
import type { RecentLine } from "../recent-lines";
import { annotation } from "./annotations";
import { COMPILER_FINDERS } from "./compilers";
import { EXCEPTION_FINDERS, MESSAGE_FINDERS } from "./exceptions";
import { errorsOfReport, type Report } from "./reports";
import type { Finder, PlainLine } from "./scan";
import { TEST_FINDERS } from "./test-runners";

/** Errors that are kept of an attempt. */
export const MAX_ERRORS = 10;
const MAX_LINES = 6_000;
/** Characters of a line that are looked at. */
const LINE_LENGTH = 1_000;
const MESSAGE_LENGTH = 500;
const PATH_LENGTH = 300;
const EXCERPT_BYTES = 2_048;
const EXCERPT_LINES = 12;

const FINDERS: readonly Finder[] = [
  annotation,
  ...TEST_FINDERS,
  ...COMPILER_FINDERS,
  ...EXCEPTION_FINDERS,
  ...MESSAGE_FINDERS,
];

/** Where a kind of the first rank is found, the others are what surrounds it. */
const RANK: Record<ErrorKind, number> = {
  annotation: 0,
  test: 0,
  compiler: 0,
  report: 1,
  exception: 2,
  message: 3,
  output: 4,
};

/**
 * The lines that say why an attempt failed. `recent`: the end of its log; `reports`: files that it left. `fallback`: where
 * nothing else says it, the last line that the step wrote does.
 */
export function findErrors(
  recent: readonly RecentLine[],
  reports: readonly Report[],
  fallback: boolean,
): Why | null {
  const lines = recent
    .filter(({ stream }) => stream !== "system")
    .slice(-MAX_LINES)
    .map(({ number, text }) => ({ number, text: reasonText(text).slice(0, LINE_LENGTH).trimEnd() }));
  const inLog = lines.flatMap(({ number, text }, at): ErrorLine[] => {
    if (text === "") return [];
    for (const finder of FINDERS) {
      const found = finder({ lines, at, text });
      if (found) return [{ file: null, line: null, log_line: number, ...found }];
    }
    return [];
  });
  const inReports = reports.flatMap(errorsOfReport).map((error) => inLogToo(error, lines));
  const found = inOrder([...inLog, ...inReports]);
  const errors = (found.length > 0 ? found : fallback ? lastOf(lines) : []).map(bounded);
  return errors.length > 0 ? { errors, excerpt: excerptOf(errors, lines) } : null;
}

/** Those of the best rank that there is, each once, the most telling first. */
function inOrder(all: readonly ErrorLine[]): ErrorLine[] {
  const best = Math.min(...all.map(({ kind }) => RANK[kind]));
  const seen = new Set<string>();
  const distinct = all.filter((error) => {
    if (RANK[error.kind] !== best) return false;
    const keys = keysOf(error);
    const isNew = keys.every((key) => !seen.has(key));
    for (const key of keys) seen.add(key);
    return isNew;
  });
  // Of errors that nothing caught the last is the one that ended the process.
  return (distinct[0]?.kind === "exception" ? distinct.reverse() : distinct).slice(0, MAX_ERRORS);
}

/** By what an error counts as told already: runners repeat their failures in a summary, with fewer words. */
function keysOf({ kind, message, file, line }: ErrorLine): string[] {
  const said = message.replace(/\s+/g, " ");
  const where = file === null ? "" : baseOf(file);
  if (kind === "test") return [said, `${where} ${said.split(": ")[0]}`];
  return line === null ? [said] : [said, `${where}:${line} ${said.slice(0, 40)}`];
}

const baseOf = (file: string) => file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);

/** A report's error with the line of the log that names its test, or says its words. */
function inLogToo(error: ErrorLine, lines: readonly PlainLine[]): ErrorLine {
  const [name = "", ...words] = error.message.split(": ");
  const said = words.join(": ").split("\n")[0]?.trim() ?? "";
  const short = name.split(/[\s.>]+/).at(-1) ?? "";
  const has = (text: string) => (part: PlainLine) => text.length >= 4 && part.text.includes(text);
  const line = lines.find(has(said)) ?? lines.find(has(name)) ?? lines.find(has(short));
  return { ...error, log_line: line?.number ?? null };
}

function lastOf(lines: readonly PlainLine[]): ErrorLine[] {
  const last = lines.findLast(({ text }) => /[\p{L}\p{N}]/u.test(text));
  if (!last) return [];
  return [{ kind: "output", message: last.text.trim(), file: null, line: null, log_line: last.number }];
}

/** Newlines would make a message of several lines; of a long one the beginning says it. */
function bounded({ message, file, ...error }: ErrorLine): ErrorLine {
  const line = storable(message.replace(/\s*\n\s*/g, " ").trim()) ?? "";
  const said = line.length > MESSAGE_LENGTH ? `${line.slice(0, MESSAGE_LENGTH - 1)}…` : line;
  return { ...error, message: storable(said) ?? "", file: storable(file?.slice(0, PATH_LENGTH) ?? null) };
}

/** The lines of the log from the first error on, up to the next one. */
function excerptOf([first, ...others]: readonly ErrorLine[], lines: readonly PlainLine[]): string {
  const at = first?.log_line === null ? -1 : lines.findIndex(({ number }) => number === first?.log_line);
  if (at < 0) return first?.message ?? "";
  const next = lines.findIndex(
    ({ number }, index) => index > at && others.some(({ log_line }) => log_line === number),
  );
  const end = Math.min(at + EXCERPT_LINES, next < 0 ? lines.length : next);
  let excerpt = "";
  for (const { text } of lines.slice(at, end)) {
    if (Buffer.byteLength(excerpt) + Buffer.byteLength(text) + 1 > EXCERPT_BYTES) break;
    excerpt += `${text}\n`;
  }
  return storable(excerpt.trimEnd() || (first?.message ?? "")) ?? "";
}
