/** Tells when an agent has been silent for too long; `stallMs` counts anew with each sign of life. */
export class SilenceWatch {
  private heardAt = Date.now();
  private warnedAt: number | null = null;
  private timer: NodeJS.Timeout;

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

  /** It is not its turn to say something. */
  rest(): void {
    this.heard();
    this.stop();
  }

  resume(): void {
    this.heardAt = Date.now();
    this.timer = setTimeout(() => this.look(), this.stallMs);
  }

  stop(): void {
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
