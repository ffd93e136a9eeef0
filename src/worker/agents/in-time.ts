/** Milliseconds to read messages that came while this process itself stood still. */
const LAST_LOOK_MS = 500;

/**
 * The answer if it comes within `ms` after the time that `heardAt` gives, by this process's clock. Otherwise rejects
 * with the error that `late` makes.
 */
export async function inTime<T>(
  answer: Promise<T>,
  ms: number,
  heardAt: () => number,
  late: () => Error,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    const left = () => ms - (Date.now() - heardAt());
    const look = (isLast: boolean) => {
      if (left() > 0) timer = setTimeout(look, left(), false);
      else if (isLast) reject(late());
      else timer = setTimeout(look, LAST_LOOK_MS, true);
    };
    timer = setTimeout(look, ms, false);
  });
  try {
    return await Promise.race([answer, over]);
  } finally {
    clearTimeout(timer);
  }
}
