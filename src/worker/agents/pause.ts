/** Resolves after `ms` milliseconds; the timer does not keep the process alive. */
export function pause(ms: number): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms, null).unref();
  });
}
