import type { Mask } from "../../engine/logs/mask/mask";

const MAX_BYTES = 16 * 1024 * 1024;

/** All messages of a session, one JSON object per line: `{ t, type, … }`. At 16 MiB it stops and says so. */
export class Transcript {
  private readonly lines: string[] = [];
  private bytes = 0;
  private isFull = false;

  constructor(private readonly mask: Mask) {}

  /** Adds a line; `facts` are masked here. */
  add(type: string, facts: Record<string, unknown>): void {
    this.push(type, this.mask.value(facts) as Record<string, unknown>);
  }

  /** Adds an update that is already masked. */
  addUpdate(update: unknown): void {
    this.push("update", { update });
  }

  /** The text to store. */
  get text(): string {
    return this.lines.join("");
  }

  private push(type: string, facts: Record<string, unknown>): void {
    if (this.isFull) return;
    const line = this.lineOf(type, facts);
    this.bytes += Buffer.byteLength(line);
    this.isFull = this.bytes > MAX_BYTES;
    this.lines.push(this.isFull ? this.lineOf("full", { limit_bytes: MAX_BYTES }) : line);
  }

  private lineOf(type: string, facts: Record<string, unknown>): string {
    return `${JSON.stringify({ t: new Date().toISOString(), type, ...facts })}\n`;
  }
}
