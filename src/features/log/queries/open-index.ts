import type { Caller } from "../../../auth/scope";
import { AppError } from "../../../lib/errors";
import { openStep } from "../../in-run/open-step";
import { indexOf, type LogIndex } from "./log-index";
import { findAttempt, type LoggedAttempt, logIsGone } from "./read-log";

/**
 * The attempt that a caller asks for, and where the lines of its log are; null before the step's first attempt. Throws
 * as `openStep`, and NOT_FOUND for an unknown attempt or a missing file.
 */
export async function openIndex(
  caller: Caller,
  input: { id: string; attempt?: number | undefined },
): Promise<{ attempt: LoggedAttempt; index: LogIndex } | { attempt: null; index: null }> {
  const { step_row_id } = await openStep(caller, input, "project:read");
  const attempt = await findAttempt(caller.db, step_row_id, input.attempt);
  if (!attempt) {
    if (input.attempt === undefined) return { attempt: null, index: null };
    throw new AppError("NOT_FOUND", `The step has no attempt ${input.attempt}.`);
  }
  const index = await indexOf(caller.db, attempt);
  if (index.state.gone) throw logIsGone(attempt, "events");
  return { attempt, index };
}
