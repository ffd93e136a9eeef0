import type { Caller } from "../../../auth/scope";
import { whileAllowed } from "../../../auth/watch-access";
import { Bell } from "../../../lib/bell";
import { systemClock } from "../../../lib/clock";
import { AppError } from "../../../lib/errors";
import { openStep } from "../../in-run/open-step";
import type { LogPiece, StepLogInput } from "../schema";
import { followSource, LOOK_MS } from "./follow-source";
import { findAttempt, type LoggedAttempt, type LogReading, logIsGone, readLog } from "./read-log";
import type { LogSource } from "./shared-log";

/**
 * An attempt's log from a byte offset on, in pieces of whole lines. With `follow` it waits for the first
 * attempt and continues until it has ended. Before the first piece it throws as `openStep`, and NOT_FOUND for
 * an unknown attempt or a missing file.
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
  // Read before the first piece, so that a failure is an ordinary error response.
  const first = attempt ? await readLog(caller.db, attempt, input.type, input.offset) : null;
  if (attempt && first?.gone) throw logIsGone(attempt, input.type);
  return whileAllowed(caller, project_id, signal, (stop) => pieces(caller, { attempt, first }, input, stop));
}

async function* pieces(
  caller: Caller,
  found: { attempt: LoggedAttempt | null; first: LogReading | null },
  input: StepLogInput & { follow: boolean },
  stop: AbortSignal,
): AsyncGenerator<LogPiece, void> {
  let { attempt } = found;
  while (!attempt && input.follow && !stop.aborted) {
    await new Bell().wait(systemClock, stop, LOOK_MS);
    attempt = await findAttempt(caller.db, input.id, undefined);
  }
  if (!attempt) return;
  const { number } = attempt;
  const source = sourceOf(caller, attempt, input.type);
  for await (const piece of followSource(caller.db, source, found.first, input, stop)) {
    yield { attempt: number, ...piece };
  }
}

function sourceOf({ db }: Caller, attempt: LoggedAttempt, type: StepLogInput["type"]): LogSource {
  return {
    key: `${attempt.id} ${type}`,
    rung_by: attempt.id,
    read: (offset) => readLog(db, attempt, type, offset),
    whyGone: () => logIsGone(attempt, type),
  };
}
