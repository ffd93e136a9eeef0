import { logger } from "../lib/logger";
import { isUnavailable } from "./presence/reach";

/** Runs a task at an interval, one run at a time. A failed run is repeated at the next tick. */
export class Ticker {
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  private failing = false;

  constructor(
    private readonly name: string,
    private readonly intervalMs: number,
    private readonly work: () => Promise<void>,
  ) {
    this.schedule();
  }

  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private schedule(): void {
    if (this.stopped) return;
    const started = Date.now();
    this.timer = setTimeout(() => void this.tick(started), this.intervalMs);
  }

  private async tick(scheduled: number): Promise<void> {
    try {
      await this.work();
      if (this.failing) logger.info({ ticker: this.name, after_ms: Date.now() - scheduled }, "works again");
      this.failing = false;
    } catch (error) {
      const level = isUnavailable(error) ? "warn" : "error";
      if (!this.failing) logger[level]({ err: error, ticker: this.name }, "failed; it is tried again");
      this.failing = true;
    }
    this.schedule();
  }
}
