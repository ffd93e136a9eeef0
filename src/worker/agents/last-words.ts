import { reasonText } from "../../lib/plain-text";

/** Number of last lines that are quoted beside the error itself. */
const LINES = 5;
const LINE_LENGTH = 500;

/** Lines of a stack trace, and Node's closing lines. */
const FRAME =
  /^\s+at\s|^\s+File "|^\s+\.\.\. \d+ more|^\s*\d+: (?:0x)?[\w:<]|^goroutine \d+ |^\t\S+:\d+ |^Node\.js v\d|^\s*\^+\s*$|^note: run with/;
/** A line that names an error: `TypeError: x`, `java.io.IOException: x`, `panic: x`, `fatal: x`, `error: x`. */
const ERROR =
  /^(?:Uncaught |Exception in thread "[^"]*" |\[?)?(?:[\w$.]*(?:Error|Exception)\b|panic:|thread '.*' panicked|fatal\b|error\b)/i;

/**
 * The end of a program's stderr for a failure's reason: the line with the error, even above a long stack, and the last
 * lines. Empty where stderr was empty.
 */
export function lastWords(stderr: string): string {
  const written = reasonText(stderr)
    .split("\n")
    .filter((line) => line.trim() !== "");
  const told = written.filter((line) => !FRAME.test(line));
  const lines = told.length > 0 ? told : written;
  const tail = Math.max(0, lines.length - LINES);
  const error = lines.findLastIndex((line) => ERROR.test(line));
  // Lines after the error's line belong to it: Rust begins its message there.
  const shown =
    error >= 0 && error < tail
      ? [...lines.slice(error, Math.min(error + 2, tail)), ...lines.slice(tail)]
      : lines.slice(tail);
  return shown.map(cut).join("\n");
}

const QUOTED = 200;

/** A line for a quotation, without terminal codes. */
export function quoted(line: string): string {
  const text = reasonText(line).trim();
  return JSON.stringify(text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text);
}

const cut = (line: string) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line);
