import type { Clock } from "./clock";

/** Wakes one waiter; remembers a ring when nobody waits. */
export class Bell {
  private rung = false;
  private wake = () => {};

  ring(): void {
    this.rung = true;
    this.wake();
  }

  /** Resolves at a ring, when `signal` is aborted, or after `ms` where that is given. */
  async wait(clock: Pick<Clock, "after">, signal: AbortSignal, ms?: number): Promise<void> {
    if (!this.rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const cancel = ms === undefined ? undefined : clock.after(ms, () => this.wake());
        this.wake = () => {
          cancel?.();
          signal.removeEventListener("abort", this.wake);
          this.wake = () => {};
          resolve();
        };
        signal.addEventListener("abort", this.wake);
      });
    }
    this.rung = false;
  }
}
