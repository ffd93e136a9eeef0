/** Notices when an agent was silent for `stallMs` milliseconds, counted from its last sign of life. */
export class SilenceWatch {
  private heardAt = Date.now();
  private warnedAt: number | null = null;
  private timer: NodeJS.Timeout;
  /** How many callers of `rest` have not called `resume` yet. */
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

  /** Stops counting while the agent has nothing to say, until `resume` was called as often. */
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

  /** Rests while `work` runs, which the agent has to wait for. */
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
    // After a warning, counts from the warning: a worker that stood still then reads what came before it gives up.
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
