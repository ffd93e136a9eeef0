import type { ByteAutomaton } from "./byte-automaton";

const STARS = Buffer.from("***");
const NOTHING = Buffer.alloc(0);
const [LF, CR] = [0x0a, 0x0d];
/** A base64 line of at least this length was wrapped by its encoder and goes on in the next line. */
const WRAPPED_LENGTH = 60;

const IN_BASE64 = new Uint8Array(256);
for (const char of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_") {
  IN_BASE64[char.charCodeAt(0)] = 1;
}

/**
 * Masks one stream of bytes as it comes. Holds back at most the length of the longest pattern. Secrets that overlap or
 * touch become one `***`.
 */
export class MaskStream {
  /** True once something was masked. */
  found = false;
  private state = 0;
  private held: Buffer = NOTHING;
  /** Known secrets, as offsets from the start of `held`. */
  private secret: { from: number; to: number }[] = [];
  /** Offsets of line breaks inside of base64, which the automaton skips. */
  private unseen: number[] = [];
  /** True where the last byte that was let out was secret. */
  private inSecret = false;
  /** Number of base64 characters right before the end of `held`. */
  private run = 0;

  constructor(private readonly automaton: ByteAutomaton) {}

  push(bytes: Buffer): Buffer {
    const all = this.held.byteLength === 0 ? bytes : Buffer.concat([this.held, bytes]);
    const { automaton } = this;
    const { longest, first } = automaton;
    let { state } = this;
    for (let at = this.held.byteLength; at < all.byteLength; at++) {
      const byte = all[at] ?? 0;
      // The fast way: most bytes are not the first of any secret.
      if (state === 0) {
        state = first[byte] ?? 0;
        continue;
      }
      if ((byte === LF || byte === CR) && this.isWrapped(all, at)) {
        this.unseen.push(at);
        continue;
      }
      state = automaton.next(state, byte);
      const length = longest[state] ?? 0;
      if (length > 0) this.addSecret(this.startOf(at, length), at + 1);
    }
    this.state = state;
    this.run = runBefore(all, all.byteLength, this.run, this.held.byteLength);
    const depth = automaton.depth[state] ?? 0;
    return this.letOut(
      all,
      depth === 0 ? all.byteLength : this.startOf(this.lastSeen(all.byteLength), depth),
    );
  }

  end(): Buffer {
    this.state = 0;
    this.run = 0;
    return this.letOut(this.held, this.held.byteLength);
  }

  /** Offset of the newest byte before `end` that the automaton was given. */
  private lastSeen(end: number): number {
    let at = end - 1;
    for (let index = this.unseen.length - 1; index >= 0 && this.unseen[index] === at; index--) at--;
    return at;
  }

  /** Start of the `length` bytes that end at offset `last`, counting the skipped line breaks in between. */
  private startOf(last: number, length: number): number {
    let start = last - length + 1;
    for (let index = this.unseen.length - 1; index >= 0; index--) {
      const skipped = this.unseen[index] ?? 0;
      if (skipped > last) continue;
      if (skipped < start) break;
      start--;
    }
    return start;
  }

  private addSecret(from: number, to: number): void {
    this.found = true;
    let start = from;
    for (let last = this.secret.at(-1); last && last.to >= start; last = this.secret.at(-1)) {
      start = Math.min(start, last.from);
      this.secret.pop();
    }
    this.secret.push({ from: start, to });
  }

  private isWrapped(all: Buffer, at: number): boolean {
    return runBefore(all, at, this.run, this.held.byteLength) >= WRAPPED_LENGTH;
  }

  /** Returns the bytes before `limit`, masked, and holds the rest. */
  private letOut(all: Buffer, limit: number): Buffer {
    const out: Buffer[] = [];
    let at = 0;
    for (const { from, to } of this.secret) {
      if (from >= limit) break;
      if (from > at) out.push(all.subarray(at, from));
      if (from > at || !this.inSecret) out.push(STARS);
      this.inSecret = true;
      at = Math.min(to, limit);
    }
    if (at < limit) {
      out.push(all.subarray(at, limit));
      this.inSecret = false;
    }
    this.held = limit < all.byteLength ? Buffer.from(all.subarray(limit)) : NOTHING;
    this.secret = this.secret
      .filter(({ to }) => to > limit)
      .map(({ from, to }) => ({ from: Math.max(0, from - limit), to: to - limit }));
    this.unseen = this.unseen.filter((offset) => offset >= limit).map((offset) => offset - limit);
    return out.length === 1 ? (out[0] ?? NOTHING) : Buffer.concat(out);
  }
}

/**
 * Number of base64 characters right before `end`, up to `WRAPPED_LENGTH`; a CR before `end` is skipped. `known`: their
 * number right before `from`, whose bytes may be gone.
 */
function runBefore(bytes: Buffer, end: number, known: number, from: number): number {
  let run = 0;
  for (let at = bytes[end - 1] === CR ? end - 2 : end - 1; run < WRAPPED_LENGTH; at--) {
    if (at < from) return run + known;
    if (IN_BASE64[bytes[at] ?? 0] !== 1) return run;
    run++;
  }
  return run;
}
