import type { EndedEntry } from "../../model/entry";
import type { AttemptEnd } from "./attempt";
import type { AttemptRemains } from "./ports";

/** The attempts of one claim whose bodies run in this process, and how they ended. */
export class InFlight {
  /** Attempts that ended in this process and are not recorded yet. */
  ended: EndedEntry[] = [];
  /** What the attempts that a cancel ended have left behind. */
  readonly remains: AttemptRemains[] = [];
  /** Errors that broke attempts off, by attempt id. The pass throws them, or runs the attempts again. */
  readonly faults = new Map<string, unknown>();
  /** Running attempts by id; each promise resolves when its attempt has landed. */
  private readonly running = new Map<string, Promise<void>>();

  constructor(private readonly onLanded: () => void) {}

  get size(): number {
    return this.running.size;
  }

  /** True while the attempt runs, and until its end is recorded. */
  has(attempt_id: string): boolean {
    const isBrokenOff = this.faults.has(attempt_id);
    return (
      isBrokenOff || this.running.has(attempt_id) || this.ended.some((end) => end.attempt_id === attempt_id)
    );
  }

  /** True where an end or an error waits for the pass. */
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
