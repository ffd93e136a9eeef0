import type { Clock } from "../lib/clock";

interface Sleeper {
  at: number;
  wake(): void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  private time: number;
  private sleepers: Sleeper[] = [];

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  sleep(ms: number): Promise<void> {
    return ms <= 0 ? Promise.resolve() : new Promise((resolve) => void this.after(ms, resolve));
  }

  after(ms: number, work: () => void): () => void {
    const sleeper = { at: this.time + ms, wake: work };
    this.sleepers.push(sleeper);
    if (ms <= 0) queueMicrotask(() => this.wake(sleeper));
    return () => this.remove(sleeper);
  }

  /** Moves on by `ms` and wakes, in order, who has slept long enough. */
  async advance(ms: number): Promise<void> {
    this.time += ms;
    const due = this.sleepers.filter((sleeper) => sleeper.at <= this.time).sort((a, b) => a.at - b.at);
    for (const sleeper of due) this.wake(sleeper);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Who sleeps now. */
  get sleeping(): number {
    return this.sleepers.length;
  }

  private wake(sleeper: Sleeper): void {
    if (!this.sleepers.includes(sleeper)) return;
    this.remove(sleeper);
    sleeper.wake();
  }

  private remove(sleeper: Sleeper): void {
    this.sleepers = this.sleepers.filter((other) => other !== sleeper);
  }
}
