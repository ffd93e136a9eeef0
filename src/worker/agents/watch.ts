/** Tells when an agent has been silent for too long; `stallMs` counts anew with each sign of life. */
export class SilenceWatch {
  private heardAt = Date.now();
  private warnedAt: number | null = null;
  private timer: NodeJS.Timeout;
  /** How much it rests for. */
  private rests = 0;
  private isOver = false;

  constructor(
    private readonly stallMs: number,
    private readonly listener: { onStall(): void; onReturn(): void; onGiveUp(): void },
  ) {
    this.timer = setTimeout(() => this.look(), stallMs);
  }

  heard(): void {
    this.heardAt = Date.now();
    if (this.warnedAt === null) return;
    this.warnedAt = null;
    this.listener.onReturn();
  }

  /** It is not its turn to say something, until as many calls of `resume`. */
  rest(): void {
    if (this.rests++ > 0) return;
    this.heard();
    clearTimeout(this.timer);
  }

  resume(): void {
    if (--this.rests > 0 || this.isOver) return;
    this.heardAt = Date.now();
    this.timer = setTimeout(() => this.look(), this.stallMs);
  }

  /** Rests while something is waited for that is not the agent's to do. */
  async restDuring<T>(work: Promise<T>): Promise<T> {
    this.rest();
    try {
      return await work;
    } finally {
      this.resume();
    }
  }

  stop(): void {
    this.isOver = true;
    clearTimeout(this.timer);
  }

  private look(): void {
    // From the warning on, so that a worker that was frozen itself hears what came meanwhile before it gives up.
    const since = this.warnedAt ?? this.heardAt;
    const left = this.stallMs - (Date.now() - since);
    if (left <= 0 && this.warnedAt !== null) {
      this.listener.onGiveUp();
      return;
    }
    if (left <= 0) {
      this.warnedAt = Date.now();
      this.listener.onStall();
    }
    this.timer = setTimeout(() => this.look(), left <= 0 ? this.stallMs : left);
  }
}
