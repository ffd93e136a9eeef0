/** Resolves after `ms`; keeps no process alive. */
export function pause(ms: number): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms, null).unref();
  });
}
