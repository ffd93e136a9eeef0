import { faultCodes } from "../../db/fault-codes";

/** Milliseconds without an answer, shorter than the lease: after the lease peers may run our steps again. */
const SILENCE_MS = 3_000;
const LOOK_MS = 100;
/** Milliseconds to read answers that arrived while this process stood still. */
const CATCH_UP_MS = 500;

/**
 * Calls `onOver` when no answer about our claims came for so long that peers may soon take them over. It uses this
 * process's own clock, which also works when the network fails silently.
 */
export class LeaseWatch {
  private heardAt = performance.now();
  private lookedAt = performance.now();
  /** When `onOver` was last called. */
  private toldAt = Number.NEGATIVE_INFINITY;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly onOver: () => void) {
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  /**
   * Runs a query about our claims. If the database answers, or refuses connections to everybody, the claims were valid
   * when the query was sent. Throws what `work` throws.
   */
  async ask<T>(work: () => Promise<T>): Promise<T> {
    const asked = performance.now();
    try {
      const answer = await work();
      this.hear(asked);
      return answer;
    } catch (error) {
      if (isRefusal(error)) this.hear(asked);
      throw error;
    }
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private hear(asked: number): void {
    this.heardAt = Math.max(this.heardAt, asked);
  }

  private look(): void {
    const now = performance.now();
    if (now - this.lookedAt > CATCH_UP_MS) {
      // This process stood still, so an answer may have arrived and not been read.
      this.heardAt = Math.max(this.heardAt, now - SILENCE_MS + CATCH_UP_MS);
    }
    this.lookedAt = now;
    // `onOver` is called at most once per `SILENCE_MS`: a late answer does not end new claims at once.
    if (now - Math.max(this.heardAt, this.toldAt) < SILENCE_MS) return;
    this.toldAt = now;
    this.onOver();
  }
}

/** The machine refuses connections, or the server is shutting down: peers cannot reach it either. */
function isRefusal(error: unknown): boolean {
  return faultCodes(error).some((code) => code === "ECONNREFUSED" || code.startsWith("57P"));
}
