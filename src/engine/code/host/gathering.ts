/** Collects what is added in one turn of the event loop, microtasks included, and sends it at the turn's end. */
export class Gathering<T> {
  private waiting: T[] = [];

  constructor(private readonly send: (all: T[]) => void) {}

  add(one: T): void {
    if (this.waiting.push(one) === 1) process.nextTick(() => this.flush());
  }

  flush(): void {
    const all = this.waiting.splice(0);
    if (all.length > 0) this.send(all);
  }
}
