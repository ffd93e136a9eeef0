/**
 * When a wait that began at `since` is over: as it was recorded, but never later than its whole length from now on. A
 * clock that was ahead for some seconds would else put it off for as long as it was ahead. Milliseconds of one clock.
 */
export function wakeBy(now: number, { since, wake_at }: { since: number; wake_at: number }): number {
  return Math.min(wake_at, now + Math.max(0, wake_at - since));
}
