import type { Db } from "../../../db/client";
import { Bell } from "../../../lib/bell";
import { systemClock } from "../../../lib/clock";
import type { LogPiece } from "../schema";
import { type LogReading, READ_BYTES } from "./read-log";
import { joinLog, type LogSource } from "./shared-log";

/** How long a reader waits for the file of a log that has ended, should its worker be gone. */
const SEAL_WAIT_MS = 15_000;
/** A wake-up that was lost, or a log that has not begun, is found this often. */
export const LOOK_MS = 1_000;

/**
 * A log from a byte offset on, in pieces of whole lines; with `follow` until it has ended, without what there is. `first`
 * is what was read of it already. Throws what the source says where it is gone.
 */
export async function* followSource(
  db: Db,
  source: LogSource,
  first: LogReading | null,
  { offset, follow }: { offset: number; follow: boolean },
  signal: AbortSignal,
): AsyncGenerator<Omit<LogPiece, "attempt">, void> {
  const bell = new Bell();
  let next = offset;
  let ready = first;
  /** All who have come to the log's end share one reader. */
  let joined: ReturnType<typeof joinLog> | null = null;
  let endedAt: number | null = null;
  try {
    while (!signal.aborted) {
      const { bytes, sealed, ended, gone } =
        ready ?? (joined ? await joined.read(next) : await source.read(next));
      ready = null;
      if (gone) throw source.whyGone();
      endedAt ??= ended ? systemClock.now() : null;
      const over = sealed || !follow || (endedAt !== null && systemClock.now() - endedAt > SEAL_WAIT_MS);
      const whole = wholeLines(bytes, over);
      if (whole.length > 0) {
        next += whole.length;
        yield { text: whole.toString("utf8"), next_offset: next, done: false };
      } else if (over) {
        yield { text: "", next_offset: next, done: ended };
        return;
      } else {
        joined ??= joinLog(db, source, next + bytes.byteLength, () => bell.ring());
        await bell.wait(systemClock, signal, LOOK_MS);
      }
    }
  } finally {
    joined?.leave();
  }
}

/**
 * Up to the last line break. A line that is longer than one reading, and the log's end without one, are cut
 * between characters instead.
 */
function wholeLines(bytes: Buffer, atEnd: boolean): Buffer {
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end > 0) return bytes.subarray(0, end);
  return atEnd || bytes.byteLength >= READ_BYTES ? wholeCharacters(bytes) : bytes.subarray(0, 0);
}

/** All of it where that is no more than a part of a character. */
function wholeCharacters(bytes: Buffer): Buffer {
  let start = bytes.byteLength - 1;
  while (start > 0 && bytes.byteLength - start < 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start--;
  const lead = bytes[start] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  const isCut = start > 0 && start + length > bytes.byteLength;
  return isCut ? bytes.subarray(0, start) : bytes;
}
