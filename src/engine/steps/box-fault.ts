import { constants } from "node:os";

/** What a program in bubblewrap ends with that a signal has ended. */
const SIGNALLED = 128;
const names = new Map<number, string>(
  Object.entries(constants.signals).map(([name, number]) => [number, name]),
);

/**
 * Why a program in bubblewrap failed, where its exit code alone does not say it: bubblewrap itself could not start it,
 * or a signal has ended it. Null where the code is the program's own.
 */
export function boxFault(code: number | null, stderr: string): string | null {
  const [, reason] = /^bwrap: (.+)$/.exec(stderr.trim()) ?? [];
  if (code === 1 && reason !== undefined) return `The box could not be made: ${reason}`;
  const signal = code === null ? undefined : names.get(code - SIGNALLED);
  return signal ? `Exited with code ${code} (${signal})` : null;
}
