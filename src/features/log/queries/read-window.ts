import type { ReadDb } from "../../../db/client";
import { levelOf } from "../../../lib/log-groups";
import { type LogStream, type RawLine, shownLine } from "../../../lib/log-lines";
import { plainText } from "../../../lib/plain-text";
import type { LogWindowLine } from "../schema";
import { type LogIndex, markBefore } from "./log-index";
import { LogScanner, timeAt } from "./log-scanner";
import { type LoggedAttempt, logIsGone, streamLog } from "./read-log";

/** Characters of a window's lines; a window of longer ones has fewer lines. */
const WINDOW_LENGTH = 2 * 1024 * 1024;
/** Bytes read for a line that has not ended while lines of other streams came. */
const OPEN_LINE_BYTES = 8 * 1024 * 1024;

/** Lines from `first` on, which counts from 0, at most `lines` of them. Throws NOT_FOUND where the file is gone. */
export async function readWindow(
  db: ReadDb,
  attempt: LoggedAttempt,
  index: LogIndex,
  { first, lines }: { first: number; lines: number },
): Promise<LogWindowLine[]> {
  const last = Math.min(first + lines, index.end.place.lines);
  if (first >= last) return [];
  const window = new Window(first, last);
  const mark = markBefore(index.marks, first);
  const scanner = new LogScanner(window, mark.offset, mark.place);
  // The index's end may be behind the log's by now; what came since is of no window of this index.
  const isPast = () => scanner.offset >= index.end.offset;
  const pieces = streamLog(db, attempt, "events", mark.offset, "part");
  for (;;) {
    const { done, value } = await pieces.next();
    if (done) {
      if (value.gone) throw logIsGone(attempt, "events");
      break;
    }
    if (scanner.push(value) || isPast() || window.isLongEnough(scanner)) {
      await pieces.return({ sealed: false, ended: false, gone: false });
      break;
    }
  }
  return window.lines();
}

class Window {
  private readonly kept: LogWindowLine[] = [];
  private length = 0;
  private open = 0;
  private filledAt: number | null = null;

  constructor(
    private readonly first: number,
    private last: number,
  ) {}

  plain(index: number, stream: LogStream, bytes: Buffer, from: number, to: number, at: number): void {
    if (index < this.first || index >= this.last) return;
    this.keep(index, stream, timeAt(bytes, at), bytes.toString("utf8", from, to));
  }

  raw(index: number, line: RawLine, complete: boolean): void {
    if (index < this.first || index >= this.last) return;
    const isNew = this.kept[index - this.first] === undefined;
    if (isNew && !complete) this.open++;
    else if (!isNew && complete) this.open--;
    const { stream, t, text } = shownLine(line);
    this.keep(index, stream, t, text);
  }

  full(): boolean {
    return this.isFilled() && this.open === 0;
  }

  /** A line of the window is still open, and enough was read for its sake. */
  isLongEnough({ offset }: LogScanner): boolean {
    if (!this.isFilled()) return false;
    this.filledAt ??= offset;
    return offset - this.filledAt >= OPEN_LINE_BYTES;
  }

  lines(): LogWindowLine[] {
    return this.kept;
  }

  private isFilled(): boolean {
    return this.kept.length >= this.last - this.first;
  }

  private keep(index: number, stream: LogStream, t: string, text: string): void {
    const at = index - this.first;
    this.length += text.length - (this.kept[at]?.text.length ?? 0);
    const level = levelOf(plainText(text));
    this.kept[at] = { n: index + 1, t, stream, text, level };
    // At least one line, whatever its length.
    if (this.length > WINDOW_LENGTH) this.last = Math.min(this.last, Math.max(index, this.first + 1));
    if (this.kept.length > this.last - this.first) this.kept.length = this.last - this.first;
  }
}
