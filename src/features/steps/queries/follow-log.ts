import type { Caller } from "../../../auth/scope";
import { watchAccess } from "../../../auth/watch-access";
import { Bell } from "../../../lib/bell";
import { systemClock } from "../../../lib/clock";
import { AppError } from "../../../lib/errors";
import type { LogPiece, StepLogInput } from "../schema";
import { openStep } from "./open-step";
import { findAttempt, type LoggedAttempt, type LogReading, logIsGone, READ_BYTES, readLog } from "./read-log";
import { joinLog } from "./shared-log";

/** How long a reader waits for the file of an attempt that has ended, should its worker be gone. */
const SEAL_WAIT_MS = 15_000;
/** A wake-up that was lost, or a step that has not begun, is found this often. */
const LOOK_MS = 1_000;

/**
 * The log of an attempt from a byte offset on, in pieces of whole lines. With `follow` it waits for the first
 * attempt and goes on until it has ended; without, it gives what there is. Throws as `openStep`, and
 * NOT_FOUND for an attempt that never was or whose file is gone, before the first piece.
 */
export async function followLog(
  caller: Caller,
  asked: StepLogInput & { follow: boolean },
  signal: AbortSignal,
): Promise<AsyncGenerator<LogPiece, void>> {
  const { project_id, step_row_id } = await openStep(caller, asked, "project:read");
  const input = { ...asked, id: step_row_id };
  const attempt = await findAttempt(caller.db, input.id, input.attempt);
  if (!attempt && input.attempt !== undefined) {
    throw new AppError("NOT_FOUND", `The step has no attempt ${input.attempt}.`);
  }
  // Before the first piece, so that the answer itself says so.
  const first = attempt ? await readLog(caller.db, attempt, input.type, input.offset) : null;
  if (attempt && first?.gone) throw logIsGone(attempt, input.type);
  const refused = new AbortController();
  // Before the first piece, so that who follows too many is told so by the answer itself.
  const endWatch = watchAccess(caller, project_id, () => refused.abort());
  signal.addEventListener("abort", endWatch, { once: true });
  if (signal.aborted) endWatch();
  return guarded(caller, { attempt, first }, input, AbortSignal.any([signal, refused.signal]), endWatch);
}

async function* guarded(
  caller: Caller,
  found: { attempt: LoggedAttempt | null; first: LogReading | null },
  input: StepLogInput & { follow: boolean },
  stop: AbortSignal,
  endWatch: () => void,
): AsyncGenerator<LogPiece, void> {
  try {
    let { attempt } = found;
    while (!attempt && input.follow && !stop.aborted) {
      await new Bell().wait(systemClock, stop, LOOK_MS);
      attempt = await findAttempt(caller.db, input.id, undefined);
    }
    if (attempt) yield* followAttempt(caller, attempt, found.first, input, stop);
  } finally {
    endWatch();
  }
}

async function* followAttempt(
  { db }: Caller,
  attempt: LoggedAttempt,
  first: LogReading | null,
  { type, offset, follow }: { type: StepLogInput["type"]; offset: number; follow: boolean },
  signal: AbortSignal,
): AsyncGenerator<LogPiece, void> {
  const bell = new Bell();
  const { number } = attempt;
  let next = offset;
  let ready = first;
  /** All who have come to the log's end share one reader. */
  let joined: ReturnType<typeof joinLog> | null = null;
  let endedAt: number | null = null;
  try {
    while (!signal.aborted) {
      const { bytes, sealed, ended, gone } =
        ready ?? (joined ? await joined.read(next) : await readLog(db, attempt, type, next));
      ready = null;
      if (gone) throw logIsGone(attempt, type);
      endedAt ??= ended ? systemClock.now() : null;
      const over = sealed || !follow || (endedAt !== null && systemClock.now() - endedAt > SEAL_WAIT_MS);
      const whole = wholeLines(bytes, over);
      if (whole.length > 0) {
        next += whole.length;
        yield { attempt: number, text: whole.toString("utf8"), next_offset: next, done: false };
      } else if (over) {
        yield { attempt: number, text: "", next_offset: next, done: ended };
        return;
      } else {
        joined ??= joinLog(db, attempt, type, next + bytes.byteLength, () => bell.ring());
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
