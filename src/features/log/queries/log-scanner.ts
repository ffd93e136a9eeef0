import { type GroupFinder, MARK_BYTES } from "../../../lib/log-groups";
import { LineAssembler, type LinePlace, type LogStream, type RawLine } from "../../../lib/log-lines";

const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const QUOTE = 0x22;
/** Where the parts of an object begin that `encodeLine` made of a process's output. */
const STREAM_AT = `{"t":"2026-01-01T00:00:00.000Z","stream":"`.length;
const STREAM_LENGTH = "stdout".length;
const TEXT_AT = STREAM_AT + STREAM_LENGTH + `","text":"`.length;
const TIME_AT = `{"t":"`.length;
const TIME_LENGTH = "2026-01-01T00:00:00.000Z".length;
/** What such an object ends with where its text ends a line: `\n"}`. */
const TAIL_LENGTH = 4;
/** A file whose lines are longer was not written by us; they are left out. */
const LONGEST_OBJECT = 32 * 1024 * 1024;

/** Takes lines: those that are whole and plain as their bytes, others as they grow. `index` counts from 0. */
export interface LineTaker {
  /** `bytes` from `from` to `to` are the text. `timeAt` is where its time begins. */
  plain?(index: number, stream: LogStream, bytes: Buffer, from: number, to: number, timeAt: number): void;
  raw?(index: number, line: RawLine, complete: boolean): void;
  /** Whether enough was taken; asked behind each object. */
  full?(): boolean;
}

/**
 * Reads a log's bytes as lines, as `LineAssembler` does. Most objects are one line of output without any escaped
 * character; these are taken apart without parsing them, at some hundred megabytes a second.
 */
export class LogScanner {
  private readonly assembler: LineAssembler;
  private rest: Buffer | null = null;
  /** Bytes that were left out of an object that is too long. */
  private skipped = 0;

  /** `offset`: that of `place`, which is between two objects. */
  constructor(
    private readonly taker: LineTaker,
    public offset = 0,
    place?: LinePlace,
  ) {
    this.assembler = new LineAssembler((index, line, complete) => taker.raw?.(index, line, complete), place);
  }

  get lines(): number {
    return this.assembler.lines;
  }

  /** What is known at `offset`. */
  get place(): LinePlace {
    return this.assembler.place;
  }

  /** Takes the next bytes; part of an object is kept until the rest of it comes. True once the taker is full. */
  push(piece: Uint8Array): boolean {
    let bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (this.rest) bytes = Buffer.concat([this.rest, bytes]);
    this.rest = null;
    let from = 0;
    for (;;) {
      const end = bytes.indexOf(NEWLINE, from);
      if (end < 0) break;
      if (this.skipped === 0 && !this.takePlain(bytes, from, end)) {
        this.assembler.take(bytes.toString("utf8", from, end));
      }
      this.offset += this.skipped + end + 1 - from;
      this.skipped = 0;
      from = end + 1;
      if (this.taker.full?.()) return true;
    }
    const rest = bytes.subarray(from);
    if (rest.byteLength > LONGEST_OBJECT || this.skipped > 0) this.skipped += rest.byteLength;
    else if (rest.byteLength > 0) this.rest = rest;
    return false;
  }

  private takePlain(bytes: Buffer, from: number, end: number): boolean {
    const text = from + TEXT_AT;
    const to = end - TAIL_LENGTH;
    const isOutput =
      to >= text &&
      bytes[from + STREAM_AT - 1] === QUOTE &&
      bytes[from + STREAM_AT + 1] === 0x74 && // stdout or stderr, not system
      bytes[from + STREAM_AT + STREAM_LENGTH] === QUOTE &&
      bytes[text - 1] === QUOTE;
    if (!isOutput || bytes.indexOf(BACKSLASH, text) !== to || bytes[to + 1] !== 0x6e) return false;
    const stream = bytes[from + STREAM_AT + 3] === 0x6f ? "stdout" : "stderr";
    if (!this.assembler.isPlain(stream)) return false;
    const index = this.assembler.skip();
    this.taker.plain?.(index, stream, bytes, text, to, from + TIME_AT);
    return true;
  }
}

/** The time of an object that was taken as plain. */
export const timeAt = (bytes: Buffer, at: number) => bytes.toString("latin1", at, at + TIME_LENGTH);

/** Tells a finder of groups of each complete line. */
export function grouping(finder: GroupFinder, plainOf: (line: RawLine) => string): LineTaker {
  return {
    plain(index, stream, bytes, from, to) {
      if (finder.within || MARK_BYTES.has(bytes[from] ?? 0))
        finder.take(index + 1, stream, bytes.toString("utf8", from, Math.min(to, from + 1_000)));
    },
    raw(index, line, complete) {
      if (complete) finder.take(index + 1, line.stream, plainOf(line));
    },
  };
}
