interface RestingClock {
  rest(): void;
  resume(): void;
  stop(): void;
}

/** Clocks that only run while the agent is at work. */
export class Clocks {
  private clocks: RestingClock[] = [];
  /** How many callers of `rest` have not called `resume` yet. */
  private rests = 0;

  /** Starts to hold these clocks, which run already. */
  hold(...clocks: RestingClock[]): void {
    this.clocks.push(...clocks);
  }

  rest(): void {
    if (this.rests++ === 0) for (const clock of this.clocks) clock.rest();
  }

  resume(): void {
    if (--this.rests === 0) for (const clock of this.clocks) clock.resume();
  }

  async restDuring<T>(work: Promise<T>): Promise<T> {
    this.rest();
    return work.finally(() => this.resume());
  }

  /** For good. */
  stop(): void {
    for (const clock of this.clocks) clock.stop();
    this.clocks = [];
  }
}
