/** The code may block for so long between two calls. */
const SILENCE_MS = 20_000;
/** Until its process is there, which takes long where a machine has too much to do. */
const START_MS = 120_000;

/** Whether the process of a definition's code still answers. Times are in milliseconds of the clock given. */
export class Pulse {
  /** The process has taken up the author's code. */
  isReady = false;
  /** When it last did something, or had something done for it. */
  actedAt: number;
  private heardAt: number;
  private pingedAt: number;
  /** Asked and not answered yet. */
  private pings = 0;

  constructor(now: number) {
    this.actedAt = now;
    this.heardAt = now;
    this.pingedAt = now;
  }

  hear(now: number): void {
    this.heardAt = now;
  }

  /** Throws `Error` for people where it was not asked. */
  answer(): void {
    if (--this.pings < 0) throw new Error("it answers what was not asked");
  }

  /** What is due: nothing, to ask whether it is there after `quiet_ms` of silence, or to end it for this reason. */
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
