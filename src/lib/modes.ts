/**
 * The mode of one thing: it is in one of them at a time, and a table says which may follow which. `change` is the only
 * way to another one.
 */
export class Modes<Mode extends string> {
  private current: Mode;

  constructor(
    /** What has the modes, for the error. */
    private readonly owner: string,
    private readonly next: Record<Mode, readonly Mode[]>,
    first: Mode,
  ) {
    this.current = first;
  }

  is(...modes: Mode[]): boolean {
    return modes.includes(this.current);
  }

  /** Throws where the table does not allow it. To stay in a mode is always allowed. */
  change(to: Mode): void {
    if (to === this.current) return;
    if (!this.next[this.current].includes(to)) {
      throw new Error(`${this.owner} cannot go from "${this.current}" to "${to}"`);
    }
    this.current = to;
  }
}
