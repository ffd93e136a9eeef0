import type { EndedEntry } from "../journal/entry";
import type { AttemptEnd } from "./attempt";
import type { AttemptRemains } from "./ports";

/** The attempts of one claim whose bodies run in this process, and what has come of them. */
export class InFlight {
  /** Ended in this process, not recorded yet. */
  ended: EndedEntry[] = [];
  /** Of attempts that a cancel has ended. */
  readonly remains: AttemptRemains[] = [];
  /** What broke attempts off, by their ids; the pass ends with it, or runs them again. */
  readonly faults = new Map<string, unknown>();
  /** By the attempt's id. */
  private readonly running = new Map<string, Promise<void>>();

  constructor(private readonly onLanded: () => void) {}

  get size(): number {
    return this.running.size;
  }

  /** True where the attempt runs, or what became of it is not recorded yet. */
  has(attempt_id: string): boolean {
    const isBrokenOff = this.faults.has(attempt_id);
    return (
      isBrokenOff || this.running.has(attempt_id) || this.ended.some((end) => end.attempt_id === attempt_id)
    );
  }

  /** True where something has landed that the pass has not looked at, or not recorded. */
  get hasNews(): boolean {
    return this.ended.length > 0 || this.faults.size > 0;
  }

  add(attempt_id: string, run: Promise<AttemptEnd>): void {
    const landed = run.then(
      (end) => this.land(end),
      (error: unknown) => {
        this.faults.set(attempt_id, error);
      },
    );
    this.running.set(
      attempt_id,
      landed.then(() => {
        this.running.delete(attempt_id);
        this.onLanded();
      }),
    );
  }

  /** Resolves once nothing runs any more. */
  async landed(): Promise<void> {
    await Promise.all(this.running.values());
  }

  private land(end: AttemptEnd): void {
    if (end.kind === "ended") this.ended.push(end);
    else if (end.kind === "cancelled") this.remains.push(end.remains);
  }
}
