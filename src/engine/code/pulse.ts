/** Milliseconds that the code may block between two calls. */
const SILENCE_MS = 20_000;
/** Milliseconds that the process may take to start, which is slow on a busy machine. */
const START_MS = 120_000;

/** Decides whether the process of a definition's code is still alive. Times are milliseconds of the caller's clock. */
export class Pulse {
  /** Whether the process has started to run the author's code. */
  isReady = false;
  /** When the code last made a call or got an answer. */
  actedAt: number;
  private heardAt: number;
  private pingedAt: number;
  /** Pings that were not answered yet. */
  private pings = 0;

  constructor(now: number) {
    this.actedAt = now;
    this.heardAt = now;
    this.pingedAt = now;
  }

  hear(now: number): void {
    this.heardAt = now;
  }

  /** Counts an answer to a ping. Throws an `Error` for people where no ping was sent. */
  answer(): void {
    if (--this.pings < 0) throw new Error("it answers what was not asked");
  }

  /** What to do now: nothing, ping after `quiet_ms` of silence, or end the process with the reason in `dead`. */
  check(now: number, quiet_ms: number): "ask" | { dead: string } | null {
    if (this.heardAt >= this.pingedAt) {
      if (now - this.heardAt < quiet_ms) return null;
      this.pingedAt = now;
      this.pings++;
      return "ask";
    }
    const patience = this.isReady ? SILENCE_MS : START_MS;
    if (now - this.pingedAt < patience) return null;
    const seconds = patience / 1_000;
    return {
      dead: this.isReady
        ? `The definition's code has not answered for ${seconds} s: it loops or blocks`
        : `The process for the definition's code did not start within ${seconds} s`,
    };
  }
}
