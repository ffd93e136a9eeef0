import { setImmediate as breathe } from "node:timers/promises";
import type { ReadDb } from "../../../db/client";
import { GroupFinder, type LogGroup } from "../../../lib/log-groups";
import { applyReturns, type LinePlace, type RawLine } from "../../../lib/log-lines";
import { perDatabase } from "../../../lib/per-process";
import { plainText } from "../../../lib/plain-text";
import { grouping, LogScanner } from "./log-scanner";
import { type LogEnd, type LoggedAttempt, streamLog } from "./read-log";

/** Distance of two marks in bytes: to find a line, so much is read at most. */
const MARK_BYTES = 256 * 1024;
/** Indexes that a process keeps. One of a million lines takes some hundred KB. */
const MOST_INDEXES = 64;

/** Where a reading of lines can begin: a place between two objects, and what is known there. */
interface LogMark {
  offset: number;
  place: LinePlace;
}

/** What is known of a log: where its lines are, its groups, and whether it will grow. */
export interface LogIndex {
  /** The first is the log's beginning, the last its end so far. */
  marks: readonly LogMark[];
  end: LogMark;
  groups: readonly LogGroup[];
  state: LogEnd;
}

/** The text of a raw line as a reader sees it. */
export const plainOf = ({ raw }: RawLine): string => plainText(applyReturns(raw));

/**
 * The index of one log. It is made by reading the log once and grows with it. Since bytes never change, and a file
 * holds the same bytes as the rows before it, what was read stays true.
 */
class GrowingIndex {
  private readonly marks: LogMark[] = [{ offset: 0, place: placeOf(new LogScanner({})) }];
  private readonly finder = new GroupFinder();
  private readonly scanner = new LogScanner(grouping(this.finder, plainOf));
  private read = 0;
  private state: LogEnd = { sealed: false, ended: false, gone: false };
  private reading: Promise<void> | null = null;

  constructor(
    private readonly db: ReadDb,
    private readonly attempt: LoggedAttempt,
  ) {}

  /** Reads what is new. Calls at the same time share one reading, which goes on where a caller has gone. */
  async update(): Promise<LogIndex> {
    if (!this.state.sealed) {
      this.reading ??= this.readOn().finally(() => {
        this.reading = null;
      });
      await this.reading;
    }
    const { marks, scanner, finder, state } = this;
    return { marks, end: { offset: scanner.offset, place: scanner.place }, groups: finder.groups, state };
  }

  private async readOn(): Promise<void> {
    const pieces = streamLog(this.db, this.attempt, "events", this.read, "all");
    for (;;) {
      const { done, value } = await pieces.next();
      if (done) {
        this.state = value;
        return;
      }
      this.read += value.byteLength;
      this.scanner.push(value);
      if (this.scanner.offset - (this.marks.at(-1)?.offset ?? 0) >= MARK_BYTES) {
        this.marks.push({ offset: this.scanner.offset, place: placeOf(this.scanner) });
      }
      // Other requests have their turn between two pieces.
      await breathe();
    }
  }
}

/** A place without the text of unfinished lines: who begins there wants only later ones. */
function placeOf({ place }: LogScanner): LinePlace {
  return { ...place, open: place.open.map((line) => ({ ...line, raw: "" })) };
}

/** The index of an attempt's log of events, as the log is now. */
export function indexOf(db: ReadDb, attempt: LoggedAttempt): Promise<LogIndex> {
  const kept = perDatabase("log indexes", db, () => new Map<string, GrowingIndex>());
  const index = kept.get(attempt.id) ?? new GrowingIndex(db, attempt);
  kept.delete(attempt.id);
  kept.set(attempt.id, index);
  const [oldest] = kept.keys();
  if (kept.size > MOST_INDEXES && oldest !== undefined) kept.delete(oldest);
  return index.update();
}

/** The last mark before line `index`, which counts from 0. */
export function markBefore(marks: readonly LogMark[], index: number): LogMark {
  let low = 0;
  let high = marks.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((marks[middle]?.place.lines ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  const mark = marks[low];
  if (!mark) throw new Error("an index has a first mark");
  return mark;
}
