import type { ReadDb } from "../../../db/client";
import { hubOf } from "../../../events/hub";
import type { AppError } from "../../../lib/errors";
import { logger } from "../../../lib/logger";
import { perDatabase } from "../../../lib/per-process";
import { type LogReading, READ_BYTES } from "./read-log";

/** A growing log that is read by byte offset. */
export interface LogSource {
  /** Unique key of the log. */
  key: string;
  /** The id in the wake-up that its writer sends. */
  rung_by: string;
  /** Bytes from `offset` on; not necessarily all of them. */
  read(offset: number): Promise<LogReading>;
  /** The error to throw when a reading says `gone`. */
  whyGone(): AppError;
}

/** Bytes kept for followers that are a little behind; others read from the source. */
const KEPT_BYTES = 1024 * 1024;

/**
 * A log that is read once in this process for all followers at its end. Wake-ups carry no data: after each,
 * the log is read from its source.
 */
class SharedLog {
  readonly followers = new Set<() => void>();
  private start: number;
  private bytes = Buffer.alloc(0);
  private sealed = false;
  private ended = false;
  private gone = false;
  private again = false;
  private reading: Promise<void> | null = null;

  constructor(
    private readonly source: LogSource,
    at: number,
  ) {
    this.start = at;
  }

  /** As the source's `read`, from memory if the bytes are there. */
  async read(offset: number): Promise<LogReading> {
    if (this.reading) await this.reading;
    const end = this.start + this.bytes.byteLength;
    if (offset < this.start || offset > end) return this.source.read(offset);
    const bytes = this.bytes.subarray(offset - this.start, offset - this.start + READ_BYTES);
    const sealed = this.sealed && offset + bytes.byteLength === end;
    return { bytes, sealed, ended: this.ended, gone: this.gone };
  }

  /** Reads new bytes, then notifies the followers. Wake-ups during a read cause one more read. */
  wake(): void {
    this.again = true;
    if (this.reading) return;
    this.reading = this.readNew()
      .catch((error: unknown) =>
        logger.debug({ err: error }, "a log could not be read; the next poll tries again"),
      )
      .finally(() => {
        this.reading = null;
        for (const ring of this.followers) ring();
      });
  }

  private async readNew(): Promise<void> {
    while (this.again) {
      this.again = false;
      const { bytes, sealed, ended, gone } = await this.source.read(this.start + this.bytes.byteLength);
      this.sealed = sealed;
      this.ended = ended;
      this.gone = gone;
      if (bytes.byteLength === 0) continue;
      this.again = true;
      const all = Buffer.concat([this.bytes, bytes]);
      const dropped = Math.max(0, all.byteLength - KEPT_BYTES);
      this.bytes = all.subarray(dropped);
      this.start += dropped;
    }
  }
}

/**
 * Joins the followers at the log's end, which was at byte offset `at`. `ring` is called when there may be
 * more bytes. The caller must call `leave`.
 */
export function joinLog(
  db: ReadDb,
  source: LogSource,
  at: number,
  ring: () => void,
): { read: (offset: number) => Promise<LogReading>; leave: () => void } {
  const logs = perDatabase("followed logs", db, () => new Map<string, SharedLog>());
  const { key } = source;
  const log = logs.get(key) ?? new SharedLog(source, at);
  if (!logs.has(key)) {
    logs.set(key, log);
    const deaf = hubOf(db).onLog(source.rung_by, () => {
      if (log.followers.size > 0) return log.wake();
      deaf();
      logs.delete(key);
    });
  }
  log.followers.add(ring);
  // Bytes written between the last read and joining woke nobody, so read once now.
  log.wake();
  return { read: (offset) => log.read(offset), leave: () => log.followers.delete(ring) };
}
