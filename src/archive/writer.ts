import { createHash, type Hash } from "node:crypto";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import { createGzip } from "node:zlib";
import { type Header, type Pack, pack } from "tar-stream";
import { END, LIST_ENTRIES, LISTS, type Listed } from "./format";

/** What is kept of a file beside its content. */
export type EntryFacts = Partial<Pick<Header, "mode" | "mtime" | "uid" | "gid">>;

/**
 * Writes an archive: a tar in gzip. After each 5,000 entries stands a list of them with their hashes, and an end closes
 * it, so neither the writer nor the reader has to remember all entries.
 */
export class ArchiveWriter {
  /** Entries and bytes of content so far. */
  entries = 0;
  bytes = 0;
  private readonly pack: Pack = pack();
  private readonly flowing: Promise<void>;
  private readonly failed: Promise<never>;
  private listed: Listed[] = [];
  private lists = 0;
  private reason: unknown;

  /** `out` is ended by `finish`. */
  constructor(out: Writable) {
    // The fastest level: what is large in a project is compressed already, or git's.
    this.flowing = pipeline(this.pack as unknown as Readable, createGzip({ level: 1 }), out);
    this.failed = new Promise((_, reject) => this.flowing.catch(reject));
    this.failed.catch((error: unknown) => {
      this.reason = error;
    });
  }

  async add(name: string, content: Buffer | string, facts: EntryFacts = {}): Promise<void> {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    await this.put({ name, ...facts }, bytes);
    await this.list(name, bytes.length, createHash("sha256").update(bytes));
  }

  /** Adds exactly `size` bytes of what comes: more is cut off, less is filled up with zeros. True where it fits. */
  async addStream(
    name: string,
    size: number,
    source: AsyncIterable<Buffer>,
    facts: EntryFacts = {},
  ): Promise<boolean> {
    const hash = createHash("sha256");
    let left = size;
    let isFitting = true;
    const fitted = async function* () {
      for await (const bytes of source) {
        const part = bytes.subarray(0, left);
        if (part.length < bytes.length) isFitting = false;
        left -= part.length;
        hash.update(part);
        if (part.length > 0) yield part;
        if (left === 0) break;
      }
      if (left > 0) isFitting = false;
      while (left > 0) {
        const zeros = Buffer.alloc(Math.min(left, 65_536));
        left -= zeros.length;
        hash.update(zeros);
        yield zeros;
      }
    };
    await this.race(
      new Promise<void>((resolve, reject) => {
        const sink = this.pack.entry({ name, size, ...facts }, (error) =>
          error ? reject(error) : resolve(),
        );
        pipeline(fitted(), sink as unknown as Writable).catch(reject);
      }),
    );
    await this.list(name, size, hash);
    return isFitting;
  }

  async addFolder(name: string, facts: EntryFacts = {}): Promise<void> {
    await this.put({ name: `${name}/`, type: "directory", ...facts });
    await this.list(`${name}/`, 0);
  }

  /** A symbolic link, with its target as it stands. */
  async addLink(name: string, target: string, facts: EntryFacts = {}): Promise<void> {
    await this.put({ name, type: "symlink", linkname: target, size: 0, ...facts });
    await this.list(name, 0, createHash("sha256").update(target));
  }

  /** Closes the archive; resolves once all of it is written. `facts` stand in its end. */
  async finish(facts: Record<string, unknown> = {}): Promise<void> {
    await this.writeList();
    await this.put({ name: END }, Buffer.from(JSON.stringify({ entries: this.entries, ...facts })));
    this.pack.finalize();
    await this.flowing;
  }

  /** Gives up; `out` is destroyed. */
  async abort(error: Error): Promise<void> {
    this.pack.destroy(error);
    await this.flowing.catch(() => {});
  }

  private async list(name: string, size: number, hash: Hash | null = null): Promise<void> {
    this.entries++;
    this.bytes += size;
    this.listed.push({ name, size, sha256: hash?.digest("hex") ?? "" });
    if (this.listed.length >= LIST_ENTRIES) await this.writeList();
  }

  private async writeList(): Promise<void> {
    if (this.listed.length === 0) return;
    const lines = this.listed.map((entry) => `${JSON.stringify(entry)}\n`).join("");
    this.listed = [];
    await this.put({ name: `${LISTS}${String(++this.lists).padStart(6, "0")}.jsonl` }, Buffer.from(lines));
  }

  private put(header: Partial<Header> & Pick<Header, "name">, content?: Buffer): Promise<void> {
    return this.race(
      new Promise<void>((resolve, reject) => {
        const done = (error?: Error | null) => (error ? reject(error) : resolve());
        if (content) this.pack.entry({ ...header, size: content.length }, content, done);
        else this.pack.entry(header, done);
      }),
    );
  }

  private async race<T>(work: Promise<T>): Promise<T> {
    try {
      return await Promise.race([work, this.failed]);
    } catch (error) {
      // What ended the stream says more than that it has ended; it may be told a moment later.
      await setImmediate();
      throw this.reason ?? error;
    }
  }
}
