/** What pg says of a connection that it has lost, could not open or was told to close. It gives these no code. */
const OF_CONNECTION =
  /^(Connection terminated|Query read timeout|timeout (expired|exceeded)|Client (was closed|has encountered)|Cannot use a pool)/;
const MAX_DEPTH = 8;

/** Stands for the code of a fault of the connection that has none. */
export const CONNECTION_LOST = "CONNECTION_LOST";

/**
 * The codes of an error and of what it was caused by, outermost first: SQLSTATEs, and those of the system. Drizzle's own
 * error has none and has the driver's as its cause.
 */
export function faultCodes(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth === MAX_DEPTH) return [];
  const own = "code" in error && error.code ? [String(error.code)] : [];
  if (own.length === 0 && OF_CONNECTION.test(error.message)) own.push(CONNECTION_LOST);
  const among = error instanceof AggregateError ? error.errors : [];
  return [...own, ...[...among, error.cause].flatMap((each) => faultCodes(each, depth + 1))];
}
