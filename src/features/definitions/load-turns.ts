/** Each definition in TypeScript takes a process of its own to load. */
const PLACES = 2;

/** Work of which few are done at a time, taken from each owner in turn, so that nobody's many keep another's one waiting. */
export class Turns {
  /** By owner; who was taken from last stands last. */
  private readonly waiting = new Map<string, (() => Promise<void>)[]>();
  private working = 0;

  constructor(private readonly places: number) {}

  /** Does the work once it is the owner's turn, and gives what it gives. */
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

/** Of this process; projects by their folder. */
export const loadTurns = new Turns(PLACES);
