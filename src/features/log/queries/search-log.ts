import { setImmediate as breathe } from "node:timers/promises";
import type { Caller } from "../../../auth/scope";
import { AppError } from "../../../lib/errors";
import { type LogLevel, levelOf } from "../../../lib/log-groups";
import type { LogStream, RawLine } from "../../../lib/log-lines";
import { PAGE_BYTES, type Page } from "../../../lib/page";
import { plainText } from "../../../lib/plain-text";
import { SafeRegExp, SafeRegExpError } from "../../../lib/safe-regexp";
import { isExact, textMatches } from "../../../lib/text-matches";
import type { LogHit, SearchLogInput } from "../schema";
import { markBefore, plainOf } from "./log-index";
import { LogScanner, timeAt } from "./log-scanner";
import { openIndex } from "./open-index";
import { logIsGone, streamLog } from "./read-log";

/** How long one answer searches, in milliseconds. The next goes on where it stopped. */
const SEARCH_MS = 1_000;
/** How long it keeps the thread before others have their turn. */
const TURN_MS = 10;
const SLICE_BYTES = 16 * 1024;
const MOST_MATCHES = 20;
/** Characters of a hit's text, and of what stands before its first match. */
const TEXT_LENGTH = 400;
const BEFORE_LENGTH = 80;

/** The places in a line that match; null where the line is not meant. Its level is worked out where it is asked for. */
type Find = (plain: string) => { level: LogLevel | null; matches: [number, number][] } | null;

/**
 * Lines of an attempt's log with a match, in order. Throws as `openIndex`, and BAD_REQUEST for an expression that RE2
 * does not take.
 */
export async function searchLog(caller: Caller, input: SearchLogInput): Promise<Page<LogHit>> {
  const find = finderOf(input);
  const { attempt, index } = await openIndex(caller, input);
  const first = input.cursor === undefined ? 0 : Number(input.cursor) - 1;
  const hits = new Hits(find, first, input.limit);
  if (!attempt || !index || first >= index.end.place.lines) return { items: [], next_cursor: null };
  const mark = markBefore(index.marks, first);
  const scanner = new LogScanner(hits, mark.offset, mark.place);
  const until = performance.now() + SEARCH_MS;
  let turn = performance.now() + TURN_MS;
  for await (const piece of piecesOf(caller, attempt, mark.offset)) {
    // In slices, since an expression may take its time for each line.
    for (let at = 0; at < piece.byteLength; at += SLICE_BYTES) {
      const isFull = scanner.push(piece.subarray(at, at + SLICE_BYTES));
      const now = performance.now();
      if (isFull || (now > until && scanner.lines > first + 1)) return hits.page(scanner.lines);
      if (now > turn) {
        await breathe();
        turn = performance.now() + TURN_MS;
      }
    }
  }
  hits.endOpen();
  return hits.page(null);
}

async function* piecesOf(
  caller: Caller,
  attempt: Parameters<typeof streamLog>[1],
  offset: number,
): AsyncGenerator<Uint8Array, void, void> {
  const { gone } = yield* streamLog(caller.db, attempt, "events", offset, "all");
  if (gone) throw logIsGone(attempt, "events");
}

function finderOf({ q, regex, level: least }: SearchLogInput): Find {
  if (q === undefined && least === undefined) {
    throw new AppError("BAD_REQUEST", "Say what to find: a text (`q`) or a level.", [
      { path: "q", message: "is needed where there is no level" },
    ]);
  }
  const matcher = matcherOf(q, regex);
  return (plain) => {
    if (least !== undefined) {
      const level = levelOf(plain);
      if (level !== "error" && level !== least) return null;
    }
    const matches = matcher?.(plain) ?? [];
    return matcher && matches.length === 0 ? null : { level: levelOf(plain), matches };
  };
}

function matcherOf(q: string | undefined, regex: boolean): ((plain: string) => [number, number][]) | null {
  if (q === undefined) return null;
  if (!regex) {
    const exact = isExact(q);
    // Most lines have no match, and a look without places is quicker.
    return (plain) =>
      (exact ? plain : plain.toLowerCase()).includes(q) ? textMatches(plain, q, MOST_MATCHES) : [];
  }
  try {
    const expression = new SafeRegExp(q);
    return (plain) => expression.matches(plain, MOST_MATCHES);
  } catch (error) {
    if (!(error instanceof SafeRegExpError)) throw error;
    throw new AppError("BAD_REQUEST", `This expression cannot be searched for: ${error.message}.`, [
      { path: "q", message: error.message },
    ]);
  }
}

/** Bytes of a hit beside its text and its matches. */
const HIT_BYTES = 120;

/** Gathers hits from line `first` on, which counts from 0. A line that grows is looked at once it is complete. */
class Hits {
  private readonly found: LogHit[] = [];
  private readonly open = new Map<number, RawLine>();
  private bytes = 0;

  constructor(
    private readonly find: Find,
    private readonly first: number,
    private readonly limit: number,
  ) {}

  plain(index: number, stream: LogStream, bytes: Buffer, from: number, to: number, at: number): void {
    if (index < this.first) return;
    const hit = this.look(index, stream, plainText(bytes.toString("utf8", from, to)));
    if (hit) this.keep({ ...hit, t: timeAt(bytes, at) });
  }

  raw(index: number, line: RawLine, complete: boolean): void {
    if (index < this.first) return;
    if (!complete) {
      this.open.set(index, line);
      return;
    }
    this.open.delete(index);
    this.take(index, line);
  }

  full(): boolean {
    return this.found.length >= this.limit || this.bytes >= PAGE_BYTES;
  }

  /** Looks at the lines that have not ended: at the log's end they are as complete as they get. */
  endOpen(): void {
    for (const [index, line] of this.open) this.take(index, line);
  }

  /** `lines`: how many have begun where the search stopped; null at the log's end. */
  page(lines: number | null): Page<LogHit> {
    const byLine = (one: LogHit, other: LogHit) => one.n - other.n;
    if (lines === null) return { items: this.found.sort(byLine), next_cursor: null };
    // Lines that are still open come again, and with them those behind. One that stays open must not hold the search.
    let next = Math.min(lines, ...this.open.keys());
    if (next <= this.first) {
      this.endOpen();
      next = lines;
    }
    const items = this.found.filter(({ n }) => n <= next).sort(byLine);
    return { items, next_cursor: String(next + 1) };
  }

  private take(index: number, line: RawLine): void {
    const hit = this.look(index, line.stream, plainOf(line));
    if (hit) this.keep({ ...hit, t: line.t });
  }

  private keep(hit: LogHit): void {
    this.found.push(hit);
    this.bytes += HIT_BYTES + 3 * hit.text.length + 16 * hit.matches.length;
  }

  private look(index: number, stream: LogStream, plain: string): Omit<LogHit, "t"> | null {
    const hit = this.find(plain);
    if (!hit) return null;
    const from = Math.max(0, (hit.matches[0]?.[0] ?? 0) - BEFORE_LENGTH);
    return { n: index + 1, stream, ...hit, text: plain.slice(from, from + TEXT_LENGTH), from };
  }
}
