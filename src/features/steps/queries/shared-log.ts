import type { Db } from "../../../db/client";
import { hubOf } from "../../../events/hub";
import type { AppError } from "../../../lib/errors";
import { logger } from "../../../lib/logger";
import { type LogReading, READ_BYTES } from "./read-log";

/** Something that is read by byte offsets while it grows. */
export interface LogSource {
  /** Tells it from all others. */
  key: string;
  /** The id by which its writer rings. */
  rung_by: string;
  /** What there is from `offset` on, some of it at a time. */
  read(offset: number): Promise<LogReading>;
  /** What is told where a reading says that it is gone. */
  whyGone(): AppError;
}

/** What is kept for followers that are a little behind; who is further behind reads for itself. */
const KEPT_BYTES = 1024 * 1024;

const shared = globalThis as typeof globalThis & { phaseboardLogs?: WeakMap<Db, Map<string, SharedLog>> };

/**
 * One log, read once in this process for all who follow it at its end. What it is read from is the truth: a wake-up only
 * says "read".
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

  /** As the source's own. */
  async read(offset: number): Promise<LogReading> {
    if (this.reading) await this.reading;
    const end = this.start + this.bytes.byteLength;
    if (offset < this.start || offset > end) return this.source.read(offset);
    const bytes = this.bytes.subarray(offset - this.start, offset - this.start + READ_BYTES);
    const sealed = this.sealed && offset + bytes.byteLength === end;
    return { bytes, sealed, ended: this.ended, gone: this.gone };
  }

  /** Reads what is new, then rings. One reading at a time; a wake-up meanwhile makes it read once more. */
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
 * Joins those who follow the log at its end, which was at the byte offset `at` when it was last read. `ring` is
 * called when there may be more. `leave` must be called.
 */
export function joinLog(
  db: Db,
  source: LogSource,
  at: number,
  ring: () => void,
): { read: (offset: number) => Promise<LogReading>; leave: () => void } {
  shared.phaseboardLogs ??= new WeakMap();
  const logs = shared.phaseboardLogs.get(db) ?? new Map<string, SharedLog>();
  shared.phaseboardLogs.set(db, logs);
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
  // What came between the last reading and now rang nobody.
  log.wake();
  return { read: (offset) => log.read(offset), leave: () => log.followers.delete(ring) };
}
