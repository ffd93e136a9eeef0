import { LOG_FILES, type LogFileType } from "../engine/logs/log-files";
import type { LogSink } from "../engine/logs/sink";
import { type AttemptRef, ClaimLost, type LogChunk } from "../engine/ports";

/** A log sink that keeps everything in memory, and can be told to be slow, away or full. */
export class MemoryLogs implements LogSink {
  readonly chunks: LogChunk[] = [];
  readonly files = new Map<string, Buffer>();
  readonly progressed: string[] = [];
  /** Awaited before each append. */
  gate: Promise<void> = Promise.resolve();
  putError: Error | null = null;
  /** Whether files are made that the rows stay ahead of. */
  shows = false;

  async append(_attempt: AttemptRef, chunks: LogChunk[], signal: AbortSignal): Promise<void> {
    const closed = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(new ClaimLost("the log was closed")));
    });
    await Promise.race([this.gate, closed]);
    this.chunks.push(...chunks.map((chunk) => ({ ...chunk, bytes: Buffer.from(chunk.bytes) })));
  }

  async size(_attempt: AttemptRef, type: LogChunk["type"]): Promise<number> {
    return this.live(type).byteLength;
  }

  async unseal(): Promise<void> {
    this.files.clear();
  }

  async *read(_attempt: AttemptRef, type: LogChunk["type"]): AsyncIterable<Buffer> {
    yield this.live(type);
  }

  async put(_attempt: AttemptRef, key: string, content: Buffer | AsyncIterable<Buffer>): Promise<void> {
    if (this.putError) throw this.putError;
    const parts: Buffer[] = [];
    if (Buffer.isBuffer(content)) parts.push(content);
    else for await (const part of content) parts.push(part);
    this.files.set(key, Buffer.concat(parts));
  }

  show(_attempt: AttemptRef, files: Record<LogFileType, Buffer>): boolean {
    if (!this.shows) return false;
    for (const [type, content] of Object.entries(files)) {
      this.files.set(`shown/${LOG_FILES[type as LogFileType]}`, content);
    }
    return true;
  }

  async settle(): Promise<void> {}

  progress(_attempt: AttemptRef, output: string): void {
    this.progressed.push(output);
  }

  /** The live bytes of a log; throws where its chunks leave a gap or overlap. */
  live(type: LogChunk["type"]): Buffer {
    const own = this.chunks.filter((chunk) => chunk.type === type).sort((a, b) => a.offset - b.offset);
    let end = 0;
    for (const { offset, bytes } of own) {
      if (offset !== end) throw new Error(`a chunk begins at ${offset}, the one before ended at ${end}`);
      end += bytes.byteLength;
    }
    return Buffer.concat(own.map((chunk) => chunk.bytes));
  }

  file(name: string): string {
    const found = [...this.files].find(([key]) => key.endsWith(`/${name}`));
    if (!found) throw new Error(`there is no file ${name}`);
    return found[1].toString("utf8");
  }

  /** The sealed events.jsonl, parsed. */
  get events(): { t: string; stream: string; text: string; update?: Record<string, unknown> }[] {
    return this.file("events.jsonl")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  textOf(stream: string): string {
    return this.events
      .filter((event) => event.stream === stream)
      .map((event) => event.text)
      .join("");
  }
}
