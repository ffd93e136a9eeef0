const EMPTY = -1;

/**
 * Finds many byte patterns at once in one pass (Aho–Corasick). States are numbers, 0 the start; a state
 * stands for the longest beginning of a pattern that the bytes so far end with. Patterns have two bytes at least.
 */
export class ByteAutomaton {
  /** Bytes of the beginning that a state stands for. */
  readonly depth: Int32Array;
  /** Length of the longest pattern that ends in a state; 0 where none does. */
  readonly longest: Int32Array;
  /** The state after each byte at the start. */
  readonly first = new Int32Array(256);
  private readonly failure: Int32Array;
  /** Transitions in an open-addressed table: `state * 256 + byte` to the next state. */
  private readonly keys: Int32Array;
  private readonly targets: Int32Array;
  private readonly mask: number;

  constructor(patterns: Iterable<Uint8Array>) {
    const trie = new Map<number, number>();
    const depths = [0];
    const ends = new Map<number, number>();
    for (const pattern of patterns) {
      let state = 0;
      for (const byte of pattern) {
        const key = state * 256 + byte;
        let next = trie.get(key);
        if (next === undefined) {
          next = depths.length;
          depths.push((depths[state] ?? 0) + 1);
          trie.set(key, next);
        }
        state = next;
      }
      ends.set(state, pattern.byteLength);
    }
    this.depth = Int32Array.from(depths);
    this.longest = new Int32Array(depths.length);
    this.failure = new Int32Array(depths.length);
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, trie.size) * 2));
    this.mask = slots - 1;
    this.keys = new Int32Array(slots).fill(EMPTY);
    this.targets = new Int32Array(slots);
    for (const [key, target] of trie) this.insert(key, target);
    // By depth, so that the states a failure leads to are finished before.
    for (const [key, state] of [...trie].sort((a, b) => this.depthOf(a[1]) - this.depthOf(b[1]))) {
      const parent = key >>> 8;
      if (parent > 0) this.failure[state] = this.next(this.failure[parent] ?? 0, key & 255);
      this.longest[state] = ends.get(state) ?? this.longest[this.failure[state] ?? 0] ?? 0;
    }
  }

  next(state: number, byte: number): number {
    for (let at = state; at !== 0; at = this.failure[at] ?? 0) {
      const target = this.find(at * 256 + byte);
      if (target !== EMPTY) return target;
    }
    return this.first[byte] ?? 0;
  }

  private depthOf(state: number): number {
    return this.depth[state] ?? 0;
  }

  private insert(key: number, target: number): void {
    if (key < 256) this.first[key] = target;
    let slot = this.slotOf(key);
    while (this.keys[slot] !== EMPTY) slot = (slot + 1) & this.mask;
    this.keys[slot] = key;
    this.targets[slot] = target;
  }

  private find(key: number): number {
    for (let slot = this.slotOf(key); ; slot = (slot + 1) & this.mask) {
      const there = this.keys[slot];
      if (there === key) return this.targets[slot] ?? EMPTY;
      if (there === EMPTY) return EMPTY;
    }
  }

  private slotOf(key: number): number {
    const mixed = Math.imul(key, 0x9e3779b1);
    return (mixed ^ (mixed >>> 15)) & this.mask;
  }
}
