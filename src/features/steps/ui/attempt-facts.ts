import type { StepAttempt } from "../schema";

/** How an attempt ended, in a few words: "exit code 1", "ended by SIGKILL"; null where nothing is known. */
export function endOf(attempt: Pick<StepAttempt, "exit_code" | "signal">): string | null {
  if (attempt.signal !== null) return `ended by ${attempt.signal}`;
  if (attempt.exit_code !== null) return `exit code ${attempt.exit_code}`;
  return null;
}
