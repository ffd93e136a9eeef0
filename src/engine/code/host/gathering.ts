/** Gathers what is added in one turn of the event loop, its microtasks included. */
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
