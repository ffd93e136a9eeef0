const EMPTY = -1;

/**
 * Finds many byte patterns in one pass (Aho–Corasick). States are numbers, 0 is the start. A state stands for the
 * longest beginning of a pattern with which the bytes so far end. Patterns have at least two bytes.
 */
export class ByteAutomaton {
  /** For each state, the length of the beginning that it stands for. */
  readonly depth: Int32Array;
  /** For each state, the length of the longest pattern that ends there; 0: none. */
  readonly longest: Int32Array;
  /** The state that follows the start for each byte. */
  readonly first = new Int32Array(256);
  private readonly failure: Int32Array;
  /** Transitions in a hash table with open addressing: `state * 256 + byte` gives the next state. */
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
    // By depth, so that the shorter states that a failure link leads to are finished first.
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
