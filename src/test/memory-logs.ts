import { LOG_FILES } from "../engine/logs/log-files";
import type { LogSink } from "../engine/logs/sink";
import { type AttemptRef, ClaimLost, type LogChunk } from "../engine/run/ports";
import type { LogRest } from "../model/entry";

/** A log sink that keeps everything in memory, and can be told to be slow. */
export class MemoryLogs implements LogSink {
  readonly chunks: LogChunk[] = [];
  readonly progressed: string[] = [];
  /** Awaited before each append. */
  gate: Promise<void> = Promise.resolve();

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

  async *read(_attempt: AttemptRef, type: LogChunk["type"]): AsyncIterable<Buffer> {
    yield this.live(type);
  }

  progress(_attempt: AttemptRef, output: string): void {
    this.progressed.push(output);
  }

  /** As the record of an attempt's end does. */
  keep(rest: LogRest[]): void {
    this.chunks.push(
      ...rest.map(({ base64, ...chunk }) => ({ ...chunk, bytes: Buffer.from(base64, "base64") })),
    );
  }

  /** The bytes of a log; throws where its chunks leave a gap or overlap. */
  live(type: LogChunk["type"]): Buffer {
    const own = this.chunks.filter((chunk) => chunk.type === type).sort((a, b) => a.offset - b.offset);
    let end = 0;
    for (const { offset, bytes } of own) {
      if (offset !== end) throw new Error(`a chunk begins at ${offset}, the one before ended at ${end}`);
      end += bytes.byteLength;
    }
    return Buffer.concat(own.map((chunk) => chunk.bytes));
  }

  /** By the name that its file will have. */
  file(name: string): string {
    const [type] = Object.entries(LOG_FILES).find(([, file]) => file === name) ?? [];
    return this.live(type as LogChunk["type"]).toString("utf8");
  }

  /** What events.jsonl will be, parsed. */
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
