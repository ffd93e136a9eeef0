import { AgentText } from "../../lib/agent-text";
import { encodeLine, encodeUpdate, type OutputStream } from "./line";
import { LineSplitter } from "./line-splitter";
import { RecentLines } from "./recent-lines";
import { Tail } from "./tail";

export interface TextLimits {
  /** Bytes that a step may write; past them the middle is dropped. */
  bytes: number;
  /** Bytes at the end that are kept in that case. */
  tail: number;
}

/** Bytes that each object counts at least, so that empty lines reach the limit too. */
const LEAST_COUNTED = 16;
const RECENT_LENGTH = 2_048;
const RECENT_PIECES = 20;
/** Characters of the newest lines in which errors are looked for. */
const SEARCHED_LENGTH = 256 * 1024;
const STREAMS = ["stdout", "stderr"] as const;

/** Turns what a process writes into the objects of events.jsonl, within the log's limits. */
export class LogText {
  private readonly splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  private readonly tail: Tail;
  private readonly agent = new AgentText();
  /** An agent's newest updates past the limit, their size in bytes, and how many were dropped. */
  private readonly updates = { kept: [] as { update: unknown; line: string }[], bytes: 0, dropped: 0 };
  /** The newest lines, with their numbers. */
  readonly lines = new RecentLines(SEARCHED_LENGTH);
  private counted = 0;
  private limited = false;
  private recent = "";

  constructor(
    private readonly limits: TextLimits,
    private readonly now: () => string,
    /** Takes encoded objects, one or more whole ones at a time. */
    private readonly add: (lines: string) => void,
  ) {
    this.tail = new Tail(limits.tail);
  }

  write(stream: OutputStream, bytes: Buffer): void {
    const t = this.now();
    const other = stream === "stdout" ? "stderr" : "stdout";
    // Lines of the other stream go first, even unfinished ones, so that the log keeps the order of time.
    if (!this.limited) this.addPieces(t, other, this.splitters[other].flush());
    const head = Math.max(0, this.limits.bytes - this.limits.tail - this.counted);
    if (head > 0) this.addPieces(t, stream, this.splitters[stream].push(bytes.subarray(0, head)));
    if (bytes.byteLength <= head) return;
    this.sayFull();
    this.tail.push(t, stream, bytes.subarray(head));
  }

  /** Adds an agent's update, whole or not at all. */
  update(update: unknown): void {
    const line = encodeUpdate(this.now(), update);
    const size = Buffer.byteLength(line);
    this.remember([this.agent.next(update)]);
    if (!this.limited && this.counted + size <= this.limits.bytes - this.limits.tail) {
      this.counted += size;
      this.lines.update(update);
      this.add(line);
      return;
    }
    this.sayFull();
    const { updates } = this;
    updates.kept.push({ update, line });
    updates.bytes += size;
    while (updates.bytes > this.limits.tail) {
      updates.bytes -= Buffer.byteLength(updates.kept.shift()?.line ?? "");
      updates.dropped++;
    }
  }

  system(text: string): void {
    this.lines.push("system", `${text}\n`);
    this.add(encodeLine(this.now(), "system", `${text}\n`));
  }

  /** Writes unfinished lines. */
  flushPartial(): void {
    for (const stream of STREAMS) this.addPieces(this.now(), stream, this.splitters[stream].flush());
  }

  /** Ends the log: writes unfinished lines and the kept end of what was too long. */
  end(): void {
    const { dropped } = this.tail;
    if (dropped > 0) {
      this.endStreams();
      const kept = Math.round(this.limits.tail / 1024);
      this.system(`${dropped} bytes were dropped here: the log was full. The last ${kept} KB follow.`);
    }
    for (const part of this.tail.take()) {
      this.addPieces(part.t, part.stream, this.splitters[part.stream].push(part.bytes));
    }
    this.endStreams();
    const { updates } = this;
    if (updates.dropped > 0) this.system(`${updates.dropped} messages of the agent were dropped here.`);
    for (const { update, line } of updates.kept.splice(0)) {
      this.lines.update(update);
      this.add(line);
    }
  }

  /** The newest text, at most `length` characters. */
  last(length: number): string {
    const text = this.tail.empty ? this.recent : this.tail.last(length);
    return text.slice(-length);
  }

  private sayFull(): void {
    if (this.limited) return;
    this.limited = true;
    this.flushPartial();
    const limit = Math.round(this.limits.bytes / 1024 / 1024);
    this.system(`The step has written ${limit} MiB, which is its limit. The end follows when it stops.`);
  }

  private remember(pieces: string[]): void {
    const newest = this.recent.slice(-RECENT_LENGTH) + pieces.slice(-RECENT_PIECES).join("");
    this.recent = newest.slice(-RECENT_LENGTH);
  }

  private endStreams(): void {
    for (const stream of STREAMS) this.addPieces(this.now(), stream, this.splitters[stream].end());
  }

  private addPieces(t: string, stream: OutputStream, pieces: string[]): void {
    if (pieces.length === 0) return;
    let lines = "";
    for (const piece of pieces) {
      this.counted += Math.max(LEAST_COUNTED, Buffer.byteLength(piece));
      lines += encodeLine(t, stream, piece);
      this.lines.push(stream, piece);
    }
    this.remember(pieces);
    this.add(lines);
  }
}
