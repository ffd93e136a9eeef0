import type { Clock } from "./clock";

/** Wakes the one who waits; remembers a ring that came while nobody did. */
export class Bell {
  private rung = false;
  private wake: () => void = () => {};

  ring(): void {
    this.rung = true;
    this.wake();
  }

  /** Resolves at a ring, when `signal` is aborted, or after `ms` where that is given. */
  async wait(clock: Pick<Clock, "sleep">, signal: AbortSignal, ms?: number): Promise<void> {
    if (!this.rung && !signal.aborted) {
      const over = new AbortController();
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true, signal: over.signal });
        if (ms !== undefined) void clock.sleep(ms, over.signal).then(resolve, resolve);
      });
      // A reason that costs no stack trace.
      over.abort("over");
    }
    this.rung = false;
  }
}
