/**
 * The log of what the code of a definition prints outside of its steps' functions. Each pass starts the code anew, so
 * it prints the same text again: text before the place that the log has reached is dropped.
 */
import { type Deferred, deferred } from "../../lib/deferred";
import { logger } from "../../lib/logger";
import { encodeLine, type OutputStream } from "../logs/line";
import { LogText } from "../logs/log-text";
import type { ByteMask } from "../logs/mask/mask";
import { type Claim, ClaimLost, type CodeLogPlace, type EnginePorts } from "../run/ports";
import { CODE_LOG_BYTES } from "./protocol";

const START: CodeLogPlace = { steps: 0, prints: 0 };
const FLUSH_MS = 250;
/** Delay of the first flush after a pause, in milliseconds. */
const FIRST_FLUSH_MS = 5;
/** Longest time in milliseconds that the end of a run waits for this log. */
const SETTLE_MS = 5_000;
const PIECE_BYTES = 16 * 1024;
const NO_LIMITS = { bytes: Number.MAX_SAFE_INTEGER, tail: 0 };

const FULL = `The definition's code has printed ${CODE_LOG_BYTES / 1024 / 1024} MiB, which is its limit. What it prints further is not kept.`;

interface Print {
  stream: OutputStream;
  bytes: Buffer;
  place: CodeLogPlace;
  at: number;
}

interface Opened {
  /** Bytes of the log so far. */
  size: number;
  place: CodeLogPlace;
  newMasks(): Record<OutputStream, ByteMask>;
}

export class CodeLog {
  private place = START;
  private waiting: Print[] = [];
  private waitingBytes = 0;
  private opening: Promise<Opened> | null = null;
  private log: Opened | null = null;
  private masks: Record<OutputStream, ByteMask> | null = null;
  private readonly text: LogText;
  /** Lines that are encoded and not written yet. */
  private lines: string[] = [];
  private linesBytes = 0;
  private now = 0;
  private flushedAt = 0;
  private cancelTimer: (() => void) | null = null;
  private writing: Promise<void> | null = null;
  private readonly held: Deferred = deferred();
  private readonly stop = new AbortController();

  constructor(
    private readonly claim: Claim,
    private readonly ports: Pick<EnginePorts, "clock" | "codeLogs" | "secrets">,
  ) {
    this.text = new LogText(
      NO_LIMITS,
      () => new Date(this.now).toISOString(),
      (lines) => this.add(lines),
    );
  }

  /** Called once the claim is valid; nothing is written before. */
  begin(): void {
    this.held.resolve();
  }

  /** Called when the code is started from its beginning. */
  restart(): void {
    this.place = START;
  }

  /** `steps`: how many steps the code has asked for in this pass. */
  write(stream: OutputStream, bytes: Buffer, steps: number): void {
    if (this.stop.signal.aborted || bytes.byteLength === 0) return;
    this.place = { steps, prints: this.place.steps === steps ? this.place.prints + 1 : 1 };
    // Until the log is open, keep no more text than it could hold.
    if (this.waitingBytes > CODE_LOG_BYTES) return;
    const at = this.ports.clock.now();
    this.waiting.push({ stream, bytes, place: this.place, at });
    this.waitingBytes += bytes.byteLength;
    if (this.cancelTimer) return;
    const since = at - this.flushedAt;
    this.cancelTimer = this.ports.clock.after(since >= FLUSH_MS ? FIRST_FLUSH_MS : FLUSH_MS - since, () => {
      this.cancelTimer = null;
      void this.flush(false);
    });
  }

  /** Writes all that was printed so far, before the run rests or ends. */
  async settle(): Promise<void> {
    this.cancelTimer?.();
    this.cancelTimer = null;
    if (this.waiting.length === 0 && !this.opening) return;
    await new Promise<void>((resolve) => {
      const cancel = this.ports.clock.after(SETTLE_MS, resolve);
      void this.flush(true).then(() => {
        cancel();
        resolve();
      });
    });
  }

  close(): void {
    this.cancelTimer?.();
    this.stop.abort("lost");
    this.held.resolve();
  }

  /**
   * Flushes one at a time. `isLast`: also writes the bytes that the mask held back as a possible beginning of a secret.
   */
  private async flush(isLast: boolean): Promise<void> {
    while (this.writing) await this.writing;
    this.writing = this.writeOut(isLast)
      .catch((error: unknown) => {
        // A run must not fail because its code's log cannot be written.
        if (!(error instanceof ClaimLost))
          logger.error(
            { err: error, run_id: this.claim.run.id },
            "what a definition's code printed was lost",
          );
        this.close();
      })
      .finally(() => {
        this.writing = null;
        this.flushedAt = this.ports.clock.now();
      });
    await this.writing;
  }

  private async writeOut(isLast: boolean): Promise<void> {
    this.opening ??= this.open();
    const log = await this.opening;
    this.log = log;
    this.masks ??= log.newMasks();
    this.waitingBytes = 0;
    for (const { stream, bytes, place, at } of this.waiting.splice(0)) {
      if (!isPast(place, log.place)) continue;
      log.place = place;
      this.now = at;
      this.show(stream, this.masks[stream].push(bytes));
    }
    if (isLast) {
      for (const stream of ["stdout", "stderr"] as const) this.show(stream, this.masks[stream].end());
      this.masks = null;
      this.text.end();
    } else this.text.flushPartial();
    const bytes = Buffer.from(this.lines.splice(0).join(""));
    this.linesBytes = 0;
    if (bytes.byteLength === 0 || this.stop.signal.aborted) return;
    const { size: offset, place } = log;
    log.size += bytes.byteLength;
    await this.ports.codeLogs.append(this.claim, { offset, bytes, place }, this.stop.signal);
  }

  private async open(): Promise<Opened> {
    await this.held.promise;
    if (this.stop.signal.aborted) throw new ClaimLost("the log was closed");
    const [{ size, place }, { mask }] = await Promise.all([
      this.ports.codeLogs.open(this.claim, this.stop.signal),
      this.ports.secrets(this.claim, this.stop.signal, []),
    ]);
    return { size, place, newMasks: () => ({ stdout: mask.stream(), stderr: mask.stream() }) };
  }

  private show(stream: OutputStream, bytes: Buffer): void {
    // In pieces, so that the log's limit is checked between two of them.
    for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
      this.text.write(stream, bytes.subarray(at, at + PIECE_BYTES));
    }
  }

  private add(lines: string): void {
    const before = (this.log?.size ?? 0) + this.linesBytes;
    if (before >= CODE_LOG_BYTES) return;
    this.push(lines);
    if (before + Buffer.byteLength(lines) < CODE_LOG_BYTES) return;
    this.push(encodeLine(new Date(this.now).toISOString(), "system", `${FULL}\n`));
  }

  private push(lines: string): void {
    this.lines.push(lines);
    this.linesBytes += Buffer.byteLength(lines);
  }
}

const isPast = (one: CodeLogPlace, other: CodeLogPlace) =>
  one.steps > other.steps || (one.steps === other.steps && one.prints > other.prints);
