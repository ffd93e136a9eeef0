const FIRST_MS = 250;
const LONGEST_MS = 2_000;

/** Waits, longer after each failure in a row and with jitter. Rejects with the signal's reason. */
export function pause(failures: number, signal: AbortSignal | undefined): Promise<void> {
  const ms = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS) * (0.75 + Math.random() / 4);
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve();
    }, ms);
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
  });
}
