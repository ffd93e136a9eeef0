import type { ReadDb } from "../../../db/client";
import { Bell } from "../../../lib/bell";
import { systemClock } from "../../../lib/clock";
import type { LogPiece } from "../schema";
import { type LogReading, READ_BYTES } from "./read-log";
import { joinLog, type LogSource } from "./shared-log";

/** How long a reader of an ended attempt waits for the rest of its log, in case its worker is gone. */
const SEAL_WAIT_MS = 15_000;
/** Poll interval, for lost wake-ups and for logs that have not begun. */
export const LOOK_MS = 1_000;

/**
 * A log from a byte offset on, in pieces of whole lines; with `follow` until it has ended, else what exists
 * now. `first` was read already. Throws `source.whyGone()` if the log's file is gone.
 */
export async function* followSource(
  db: ReadDb,
  source: LogSource,
  first: LogReading | null,
  { offset, follow }: { offset: number; follow: boolean },
  signal: AbortSignal,
): AsyncGenerator<Omit<LogPiece, "attempt">, void> {
  const bell = new Bell();
  let next = offset;
  let ready = first;
  /** Followers at the log's end share one reader. */
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
 * The bytes up to the last line break. A line longer than one reading, and an unfinished line at the log's
 * end, are cut between characters.
 */
function wholeLines(bytes: Buffer, atEnd: boolean): Buffer {
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end > 0) return bytes.subarray(0, end);
  return atEnd || bytes.byteLength >= READ_BYTES ? wholeCharacters(bytes) : bytes.subarray(0, 0);
}

/** Cuts off an incomplete last character, unless there is nothing else. */
function wholeCharacters(bytes: Buffer): Buffer {
  let start = bytes.byteLength - 1;
  while (start > 0 && bytes.byteLength - start < 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start--;
  const lead = bytes[start] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  const isCut = start > 0 && start + length > bytes.byteLength;
  return isCut ? bytes.subarray(0, start) : bytes;
}
