import { type Deferred, deferred } from "../../lib/deferred";
import { Modes } from "../../lib/modes";
import type { LogRest } from "../../model/entry";
import type { LogType } from "../../model/states";
import {
  type AttemptRef,
  ClaimLost,
  type LogChunk,
  type RecordedResult,
  type StepLog,
  type StepLogs,
} from "../run/ports";
import type { OutputStream } from "./line";
import { LogText, type TextLimits } from "./log-text";
import type { ByteMask, Mask } from "./mask/mask";
import type { RecentLine } from "./recent-lines";
import type { LogSink } from "./sink";
import { summaryOf } from "./summary";

export interface LogLimits extends TextLimits {
  /** Longest time in milliseconds that bytes wait for a batch. */
  flush_ms: number;
}

/** How many bytes there may be is the project's to say. */
const LOG_LIMITS = { tail: 256 * 1024, flush_ms: 250 };

const CHUNK_BYTES = 64 * 1024;
/** Bytes in the queue from which on the process's pipe is no longer read. */
const HIGH_WATER_BYTES = 512 * 1024;
/** Delay of the first batch after a pause, in milliseconds. */
const FIRST_FLUSH_MS = 5;
const PROGRESS_MS = 250;
const PROGRESS_LENGTH = 2_048;
const LEAVE_MS = 2_000;

export function createStepLogs(
  sink: LogSink,
  clock: { now(): number },
  given: Partial<LogLimits> = {},
): StepLogs {
  return {
    async open(attempt, input, mask) {
      const limits = { bytes: attempt.claim.run.project.log_bytes, ...LOG_LIMITS, ...given };
      const bytes = Buffer.from(`${JSON.stringify(input, null, 2)}\n`);
      const offset = attempt.resumed ? await sink.size(attempt, "events") : 0;
      const inputSent = attempt.resumed && (await sink.size(attempt, "input")) > 0;
      const log = new LogWriter(attempt, sink, clock, limits, mask, { bytes, sent: inputSent }, offset);
      if (offset > 0) await log.count(sink.read(attempt, "events"));
      return log;
    },
  };
}

type LogMode =
  /** Takes what the step says. */
  | "open"
  /** The text is complete; what is left of it is being sent. */
  | "ending"
  /** A batch was refused, as where the claim is void: the rest is dropped. */
  | "failed"
  /** The attempt has ended, or was left. */
  | "closed";

export const LOG_MODES: Record<LogMode, readonly LogMode[]> = {
  open: ["ending", "failed"],
  ending: ["failed", "closed"],
  failed: [],
  closed: [],
};

class LogWriter implements StepLog {
  private readonly text: LogText;
  private readonly masks: Record<OutputStream, ByteMask>;
  private readonly mode = new Modes("the log of an attempt", LOG_MODES, "open");
  /** Aborts a send. Made for the first send, since most steps end before one. */
  private sending: AbortController | null = null;
  private readonly started_at: number;
  /** Why a batch was refused, once `failed`. */
  private failure: unknown;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private flushedAt = 0;
  private timer: NodeJS.Timeout | null = null;
  private readonly inputTimer: NodeJS.Timeout;
  private flushing: Promise<void> | null = null;
  private room: Deferred | null = null;
  private progressedAt = 0;
  private progressTimer: NodeJS.Timeout | null = null;

  constructor(
    private readonly attempt: AttemptRef,
    private readonly sink: LogSink,
    private readonly clock: { now(): number },
    private readonly limits: LogLimits,
    private readonly mask: Mask,
    private readonly input: { bytes: Buffer; sent: boolean },
    private offset: number,
  ) {
    this.text = new LogText(
      limits,
      () => new Date(clock.now()).toISOString(),
      (lines) => this.add(lines),
    );
    this.masks = { stdout: mask.stream(), stderr: mask.stream() };
    this.started_at = clock.now();
    // The step's input is shown while it runs, even if it prints nothing.
    this.inputTimer = setTimeout(() => void this.flush(), limits.flush_ms);
  }

  write(stream: OutputStream, bytes: Buffer): Promise<void> | undefined {
    if (!this.mode.is("open") || bytes.byteLength === 0) return undefined;
    const shown = this.masks[stream].push(bytes);
    if (shown.byteLength === 0) return undefined;
    this.text.write(stream, shown);
    this.scheduleFlush();
    this.scheduleProgress();
    return this.backpressure();
  }

  update(update: unknown): Promise<void> | undefined {
    if (!this.mode.is("open")) return undefined;
    this.text.update(update);
    this.scheduleFlush();
    this.scheduleProgress();
    return this.backpressure();
  }

  lines(): RecentLine[] {
    return this.text.lines.lines();
  }

  /** Counts the lines that an earlier worker has written. */
  async count(written: AsyncIterable<Buffer>): Promise<void> {
    // Cut behind whole objects, so that no character and no line is torn.
    let rest = Buffer.alloc(0);
    for await (const bytes of written) {
      const all = Buffer.concat([rest, bytes]);
      const end = all.lastIndexOf(0x0a) + 1;
      this.text.lines.countOnly(all.subarray(0, end).toString("utf8"));
      rest = all.subarray(end);
    }
  }

  system(text: string): void {
    this.text.system(this.mask.text(text));
    this.scheduleFlush();
  }

  async end(result: RecordedResult): Promise<LogRest[]> {
    this.throwFailure();
    this.endText();
    if (this.waitingBytes > CHUNK_BYTES) await this.flushAll();
    // Waits for the batch under way, so that the rest of the log follows without a gap. A batch may begin meanwhile.
    while (this.flushing) await this.flushing;
    this.throwFailure();
    this.mode.change("closed");
    const { input, offset } = this;
    const events = Buffer.concat(this.waiting);
    const output = Buffer.from(`${JSON.stringify(result.output ?? null, null, 2)}\n`);
    const summary = Buffer.from(summaryOf(this.attempt, result, this.started_at, this.clock.now()));
    return [
      ...(input.sent ? [] : [restOf("input", 0, input.bytes)]),
      ...(events.byteLength === 0 ? [] : [restOf("events", offset, events)]),
      restOf("output", 0, output),
      restOf("summary", 0, summary),
    ];
  }

  async leave(): Promise<void> {
    if (!this.mode.is("open")) return;
    this.endText();
    // Gives up after a time: the claim may be void, or the store away while this process stops.
    const timeout = setTimeout(() => this.fail(new ClaimLost("the log was left")), LEAVE_MS);
    await this.flushAll().catch(() => {});
    clearTimeout(timeout);
    if (this.mode.is("ending")) this.mode.change("closed");
  }

  /** Drops the rest of the log, and ends a send that is under way. */
  private fail(reason: unknown): void {
    this.mode.change("failed");
    this.failure = reason;
    this.stopTimers();
    this.sending?.abort("closed");
  }

  private throwFailure(): void {
    if (this.mode.is("failed")) throw this.failure;
  }

  private add(lines: string): void {
    const bytes = Buffer.from(lines);
    this.waiting.push(bytes);
    this.waitingBytes += bytes.byteLength;
  }

  private stopTimers(): void {
    clearTimeout(this.inputTimer);
    if (this.timer) clearTimeout(this.timer);
    if (this.progressTimer) clearTimeout(this.progressTimer);
  }

  private endText(): void {
    this.mode.change("ending");
    this.stopTimers();
    for (const stream of ["stdout", "stderr"] as const) {
      const held = this.masks[stream].end();
      if (held.byteLength > 0) this.text.write(stream, held);
    }
    this.text.end();
  }

  private scheduleFlush(): void {
    if (!this.mode.is("open")) return;
    if (this.waitingBytes >= CHUNK_BYTES) {
      void this.flush();
      return;
    }
    if (this.timer) return;
    const since = this.clock.now() - this.flushedAt;
    const delay = since >= this.limits.flush_ms ? FIRST_FLUSH_MS : this.limits.flush_ms - since;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.text.flushPartial();
      void this.flush();
    }, delay);
  }

  /** Sends the queue, one batch at a time. Never rejects: `end` throws the error of a send. */
  private flush(): Promise<void> {
    return this.onceRecorded(() => {
      this.flushing ??= this.send().finally(() => {
        this.flushing = null;
        this.flushedAt = this.clock.now();
        if (this.waitingBytes >= CHUNK_BYTES) this.scheduleFlush();
      });
      return this.flushing;
    });
  }

  /** Waits for the attempt's row, to which the log's rows refer. Most steps end before that. */
  private async onceRecorded(work: () => Promise<void>): Promise<void> {
    await this.attempt.recorded;
    if (this.mode.is("open", "ending")) await work();
  }

  private async send(): Promise<void> {
    const chunks: LogChunk[] = [];
    if (!this.input.sent) chunks.push({ type: "input", offset: 0, bytes: this.input.bytes });
    const all = Buffer.concat(this.waiting);
    this.waiting = [];
    this.waitingBytes = 0;
    for (let at = 0; at < all.byteLength; at += CHUNK_BYTES) {
      chunks.push({ type: "events", offset: this.offset + at, bytes: all.subarray(at, at + CHUNK_BYTES) });
    }
    this.offset += all.byteLength;
    try {
      this.sending ??= new AbortController();
      if (chunks.length > 0) await this.sink.append(this.attempt, chunks, this.sending.signal);
      this.input.sent = true;
    } catch (error) {
      this.fail(error);
    }
    this.room?.resolve();
    this.room = null;
  }

  private async flushAll(): Promise<void> {
    while (this.flushing || this.waitingBytes > 0 || !this.input.sent) {
      this.throwFailure();
      await this.flush();
    }
  }

  private backpressure(): Promise<void> | undefined {
    if (this.waitingBytes < HIGH_WATER_BYTES) return undefined;
    this.room ??= deferred();
    void this.flush();
    return this.room.promise;
  }

  private scheduleProgress(): void {
    if (this.progressTimer) return;
    const wait = Math.max(FIRST_FLUSH_MS, this.progressedAt + PROGRESS_MS - this.clock.now());
    this.progressTimer = setTimeout(() => {
      this.progressTimer = null;
      void this.onceRecorded(async () => {
        this.progressedAt = this.clock.now();
        this.sink.progress(this.attempt, this.text.last(PROGRESS_LENGTH));
      });
    }, wait);
  }
}

const restOf = (type: LogType, offset: number, bytes: Buffer): LogRest => ({
  type,
  offset,
  base64: bytes.toString("base64"),
});
