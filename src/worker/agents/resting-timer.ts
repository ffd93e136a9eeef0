import { systemClock } from "../../lib/clock";

/** Calls `onOver` after `ms` milliseconds; time spent resting does not count. */
export class RestingTimer {
  stop = () => {};
  private since = 0;

  private left: number;

  constructor(
    private readonly ms: number,
    private readonly onOver: () => void,
  ) {
    this.left = ms;
    this.resume();
  }

  /** Counts anew from now. */
  restart(): void {
    this.stop();
    this.left = this.ms;
    this.resume();
  }

  rest(): void {
    this.left = Math.max(0, this.left - (Date.now() - this.since));
    this.stop();
  }

  resume(): void {
    this.since = Date.now();
    this.stop = systemClock.after(this.left, this.onOver);
  }
}
