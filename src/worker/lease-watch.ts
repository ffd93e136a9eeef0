import { faultCodes } from "../db/fault-codes";

/** Ahead of the end of the lease, by when peers may run our steps again. */
const SILENCE_MS = 3_000;
const LOOK_MS = 100;
/** Given to what has arrived while this process itself stood still. */
const CATCH_UP_MS = 500;

/**
 * Notices that nothing has been heard of our claims for so long that peers may take them over. It goes by this
 * process's own clock, which goes on where the database is cut off without a word.
 */
export class LeaseWatch {
  private heardAt = performance.now();
  private lookedAt = performance.now();
  /** When it was told of last. */
  private toldAt = Number.NEGATIVE_INFINITY;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly onOver: () => void) {
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  /**
   * Asks the database something about our claims. Where it answers, or says that there is no server for anybody,
   * they stood when it was asked. Throws what `work` does.
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
      // This process stood still; an answer may lie there, unread.
      this.heardAt = Math.max(this.heardAt, now - SILENCE_MS + CATCH_UP_MS);
    }
    this.lookedAt = now;
    // An answer that was asked for long ago is no sign of more silence: what it brought is not ended for it at once.
    if (now - Math.max(this.heardAt, this.toldAt) < SILENCE_MS) return;
    this.toldAt = now;
    this.onOver();
  }
}

/** The machine answers and has no server there, or the server says that it takes nobody: peers are no better off. */
function isRefusal(error: unknown): boolean {
  return faultCodes(error).some((code) => code === "ECONNREFUSED" || code.startsWith("57P"));
}
