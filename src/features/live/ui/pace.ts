const GAP_MS = { soon: 250, later: 1_000 } as const;
/** A read that failed by its retries took many seconds, which says nothing of how long the next one takes. */
const LONGEST_GAP_MS = 2_000;

/**
 * Collects what is stale and reads it at most four times a second, with a pause as long as the last read took (at
 * most 2 s). While `isAwake` is false it only collects.
 */
export function createPacer(read: () => Promise<unknown>, isAwake: () => boolean = () => true) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = Number.POSITIVE_INFINITY;
  let notBefore = 0;
  let reading = false;
  let stale = false;

  const run = async () => {
    due = Number.POSITIVE_INFINITY;
    if (!isAwake() || reading) return;
    stale = false;
    reading = true;
    const began = Date.now();
    try {
      await read();
    } finally {
      reading = false;
      const now = Date.now();
      notBefore = Math.max(began + GAP_MS.soon, now + Math.min(now - began, LONGEST_GAP_MS));
      if (stale) plan("soon");
    }
  };

  const plan = (pace: keyof typeof GAP_MS) => {
    stale = true;
    const now = Date.now();
    const at = Math.max(notBefore, pace === "soon" ? now + 30 : now + GAP_MS.later);
    if (at >= due) return;
    due = at;
    clearTimeout(timer);
    timer = setTimeout(() => void run(), at - now);
  };

  return {
    plan,
    /** Reads now what was collected while the page was hidden. */
    wake: () => {
      if (stale) plan("soon");
    },
    stop: () => {
      clearTimeout(timer);
      due = Number.POSITIVE_INFINITY;
    },
  };
}
