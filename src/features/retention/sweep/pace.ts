import { setTimeout as sleep } from "node:timers/promises";

/** The part of its time in which the sweeper works; the rest it waits, so that nobody notices it. */
const DUTY = 0.2;
/** Deleting files keeps no lock that others wait for, and little of the database. */
const FILES_DUTY = 0.5;
/** A step that met a slow disk is no reason to stop for minutes. */
const LONGEST_PAUSE_MS = 10_000;

/** Works in short steps, each followed by a pause that is as much longer as `duty` says. */
export class Pace {
  constructor(
    private readonly stop: AbortSignal,
    private readonly duty = DUTY,
  ) {}

  get isOver(): boolean {
    return this.stop.aborted;
  }

  /** A step in the database. */
  step<T>(work: () => Promise<T>): Promise<T> {
    return this.take(this.duty, work);
  }

  /** A step that deletes files. */
  filesStep<T>(work: () => Promise<T>): Promise<T> {
    return this.take(Math.max(this.duty, FILES_DUTY), work);
  }

  private async take<T>(duty: number, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await work();
    const pause = (performance.now() - began) * (1 / duty - 1);
    if (pause >= 1)
      await sleep(Math.min(pause, LONGEST_PAUSE_MS), undefined, { signal: this.stop }).catch(() => {});
    return result;
  }
}
