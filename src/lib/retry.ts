import pRetry from "p-retry";

const FIRST_MS = 50;
const LONGEST_MS = 2_000;

export interface RetryOptions {
  /** Whether the same call can go well later; `tries` were made. What it throws is thrown in place of the error. */
  isWorthwhile(error: unknown, tries: number): boolean | Promise<boolean>;
  /** Ends the waiting: the last error is thrown. */
  signal?: AbortSignal | undefined;
  /** The wait keeps no process alive. */
  unref?: boolean;
}

/**
 * Calls `work` until it goes well. Between two calls it waits, twice as long each time up to 2 s, with jitter so that
 * processes do not come back in step.
 */
export async function retry<T>(
  work: () => Promise<T>,
  { isWorthwhile, signal, unref = false }: RetryOptions,
): Promise<T> {
  let done: { value: T } | undefined;
  let last: unknown;
  const once = async () => {
    done = { value: await work() };
  };
  try {
    await pRetry(once, {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: FIRST_MS,
      maxTimeout: LONGEST_MS,
      randomize: true,
      unref,
      ...(signal && { signal }),
      shouldRetry: ({ error, attemptNumber }) => {
        last = error;
        return isWorthwhile(error, attemptNumber);
      },
    });
  } catch (error) {
    // Once the signal has aborted, its reason is what p-retry throws, also where the work has gone well meanwhile.
    if (!done) throw signal?.aborted ? (last ?? error) : error;
  }
  if (!done) throw new Error("what was tried again has neither failed nor gone well");
  return done.value;
}
