/** Messages of pg for a connection that was lost, refused or closed by the server. These errors have no code. */
const OF_CONNECTION =
  /^(Connection terminated|Query read timeout|timeout (expired|exceeded)|Client (was closed|has encountered)|Cannot use a pool)/;
const MAX_DEPTH = 8;

/** The code that `faultCodes` gives for such an error. */
export const CONNECTION_LOST = "CONNECTION_LOST";

/** No room on the disk, over the system's quota, larger than a file may be; and the database's word for it. */
const NO_ROOM = new Set(["ENOSPC", "EDQUOT", "EFBIG", "53100"]);

/** Whether the error says that a disk has no room, the server's or the database's. */
export const isNoRoom = (error: unknown): boolean => faultCodes(error).some((code) => NO_ROOM.has(code));

/**
 * The codes of an error and its causes, outermost first: SQLSTATEs and those of the system. Drizzle's own errors have
 * no code; the driver's error is their cause.
 */
export function faultCodes(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth === MAX_DEPTH) return [];
  const own = "code" in error && error.code ? [String(error.code)] : [];
  if (own.length === 0 && OF_CONNECTION.test(error.message)) own.push(CONNECTION_LOST);
  const among = error instanceof AggregateError ? error.errors : [];
  return [...own, ...[...among, error.cause].flatMap((each) => faultCodes(each, depth + 1))];
}
