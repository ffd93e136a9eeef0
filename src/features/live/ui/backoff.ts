const FIRST_MS = 250;
const LONGEST_MS = 5_000;

/** Milliseconds before attempt `tries` (from 1): doubles up to 5 s, with jitter between tabs. */
export function backoffMs(tries: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, tries - 1));
  return full * (0.75 + random() * 0.5);
}
