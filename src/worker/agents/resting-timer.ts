const MAX_TIMER_MS = 2 ** 31 - 1;

/** Calls `onOver` after `ms` milliseconds; time spent resting does not count. */
export class RestingTimer {
  private timer: NodeJS.Timeout | undefined;
  private since = 0;
  private left: number;

  constructor(
    ms: number,
    private readonly onOver: () => void,
  ) {
    this.left = Math.min(ms, MAX_TIMER_MS);
    this.resume();
  }

  rest(): void {
    this.left = Math.max(0, this.left - (Date.now() - this.since));
    this.stop();
  }

  resume(): void {
    this.since = Date.now();
    this.timer = setTimeout(this.onOver, this.left);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
