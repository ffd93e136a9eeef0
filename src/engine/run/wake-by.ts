/**
 * When a wait that began at `since` is over: as recorded, but at most its whole length from now. Otherwise a clock that
 * was ahead for a moment would delay the wait by as much. All in milliseconds of one clock.
 */
export function wakeBy(now: number, { since, wake_at }: { since: number; wake_at: number }): number {
  return Math.min(wake_at, now + Math.max(0, wake_at - since));
}
