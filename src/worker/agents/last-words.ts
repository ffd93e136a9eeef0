import { reasonText } from "../../lib/plain-text";

/** How many lines of its end are told beside the error itself. */
const LINES = 5;
const LINE_LENGTH = 500;

/** The lines of a stack, and what Node says at the end of one. */
const FRAME =
  /^\s+at\s|^\s+File "|^\s+\.\.\. \d+ more|^\s*\d+: (?:0x)?[\w:<]|^goroutine \d+ |^\t\S+:\d+ |^Node\.js v\d|^\s*\^+\s*$|^note: run with/;
/** A line that names an error: `TypeError: x`, `java.io.IOException: x`, `panic: x`, `fatal: x`, `error: x`. */
const ERROR =
  /^(?:Uncaught |Exception in thread "[^"]*" |\[?)?(?:[\w$.]*(?:Error|Exception)\b|panic:|thread '.*' panicked|fatal\b|error\b)/i;

/**
 * The end of what a program wrote to stderr, as a reason may quote it: the error's own line, however long the
 * stack behind it, and what came last. Empty where it wrote nothing.
 */
export function lastWords(stderr: string): string {
  const written = reasonText(stderr)
    .split("\n")
    .filter((line) => line.trim() !== "");
  const told = written.filter((line) => !FRAME.test(line));
  const lines = told.length > 0 ? told : written;
  const tail = Math.max(0, lines.length - LINES);
  const error = lines.findLastIndex((line) => ERROR.test(line));
  // What stands behind the error's line belongs to it: Rust and others begin the message there.
  const shown =
    error >= 0 && error < tail
      ? [...lines.slice(error, Math.min(error + 2, tail)), ...lines.slice(tail)]
      : lines.slice(tail);
  return shown.map(cut).join("\n");
}

const QUOTED = 200;

/** A line as a reason quotes it, without terminal codes, which quotes would spell out. */
export function quoted(line: string): string {
  const text = reasonText(line).trim();
  return JSON.stringify(text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text);
}

const cut = (line: string) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line);
