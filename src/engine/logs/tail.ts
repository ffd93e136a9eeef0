import type { OutputStream } from "./line";

interface Part {
  t: string;
  stream: OutputStream;
  bytes: Buffer;
}

/** Writes are joined up to this many bytes, so that many small ones need little memory. */
const JOINED_BYTES = 4 * 1024;

/** Keeps the last bytes that a step wrote past its limit. */
export class Tail {
  private parts: Part[] = [];
  private size = 0;
  /** Bytes that were dropped at the front. */
  dropped = 0;

  constructor(private readonly limit: number) {}

  push(t: string, stream: OutputStream, bytes: Buffer): void {
    // Copied: the pipe's buffers are slices of larger ones, which a few kept bytes would hold in memory.
    const kept = bytes.byteLength > this.limit ? bytes.subarray(bytes.byteLength - this.limit) : bytes;
    this.dropped += bytes.byteLength - kept.byteLength;
    const newest = this.parts.at(-1);
    const joins = newest?.stream === stream && newest.bytes.byteLength + kept.byteLength <= JOINED_BYTES;
    if (newest && joins) newest.bytes = Buffer.concat([newest.bytes, kept]);
    else this.parts.push({ t, stream, bytes: Buffer.from(kept) });
    this.size += kept.byteLength;
    while (this.size > this.limit) {
      const [first] = this.parts;
      if (!first) break;
      const over = this.size - this.limit;
      const cut = Math.min(over, first.bytes.byteLength);
      if (cut === first.bytes.byteLength) this.parts.shift();
      else first.bytes = Buffer.from(first.bytes.subarray(cut));
      this.size -= cut;
      this.dropped += cut;
    }
  }

  get empty(): boolean {
    return this.parts.length === 0;
  }

  /** The kept parts in order; the first begins with a whole character. */
  take(): Part[] {
    const { parts } = this;
    this.parts = [];
    this.size = 0;
    const [first] = parts;
    if (first && this.dropped > 0) {
      let start = 0;
      while (start < 4 && ((first.bytes[start] ?? 0) & 0xc0) === 0x80) start++;
      first.bytes = first.bytes.subarray(start);
    }
    return parts;
  }

  /** The newest text, at most `length` bytes. */
  last(length: number): string {
    const chosen: Buffer[] = [];
    let size = 0;
    for (let at = this.parts.length - 1; at >= 0 && size < length; at--) {
      const bytes = this.parts[at]?.bytes ?? Buffer.alloc(0);
      chosen.unshift(bytes);
      size += bytes.byteLength;
    }
    const all = Buffer.concat(chosen);
    return all.subarray(Math.max(0, all.byteLength - length)).toString("utf8");
  }
}
