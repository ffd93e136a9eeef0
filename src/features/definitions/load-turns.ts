/** How many definitions are loaded at once; each takes a process of its own. */
const PLACES = 2;

/** Runs a few tasks at a time, in turns of their owners: many tasks of one do not delay another's single one. */
export class Turns {
  /** Waiting tasks by owner, in order of turns: the owner served last comes last. */
  private readonly waiting = new Map<string, (() => Promise<void>)[]>();
  private working = 0;

  constructor(private readonly places: number) {}

  /** Runs `work` when it is the owner's turn; resolves with its result. */
  take<T>(owner: string, work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const queue = this.waiting.get(owner) ?? [];
      queue.push(() => work().then(resolve, reject));
      this.waiting.set(owner, queue);
      this.next();
    });
  }

  private next(): void {
    if (this.working >= this.places) return;
    const [first] = this.waiting;
    if (!first) return;
    const [owner, queue] = first;
    const work = queue.shift();
    this.waiting.delete(owner);
    if (queue.length > 0) this.waiting.set(owner, queue);
    this.working++;
    void work?.().finally(() => {
      this.working--;
      this.next();
    });
  }
}

/** The turns of this process. The owner is the project's folder. */
export const loadTurns = new Turns(PLACES);
