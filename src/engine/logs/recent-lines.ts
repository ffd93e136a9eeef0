import { AgentText } from "../../lib/agent-text";
import { isRecord } from "../../lib/is-record";

export type RecentStream = "stdout" | "stderr" | "system" | "agent";

export interface RecentLine {
  /** Number in the log, from 1. */
  number: number;
  stream: RecentStream;
  /** With escape sequences, without its line break. */
  text: string;
}

/** Characters of one line that are kept. */
const LINE_LENGTH = 4_096;
/** What an empty line counts for. */
const LEAST_COUNTED = 16;

/**
 * The end of a log in lines, counted as its readers count them: a piece without a line break goes on with the next piece
 * of its stream.
 */
export class RecentLines {
  private readonly kept: RecentLine[] = [];
  /** Index of the first line that counts; those before it are dropped now and then, since taking one off the front is slow. */
  private first = 0;
  private size = 0;
  private count = 0;
  private readonly open = new Map<RecentStream, RecentLine>();
  private readonly agent = new AgentText();

  /** `limit`: characters that are kept. */
  constructor(private readonly limit: number) {}

  push(stream: RecentStream, text: string): void {
    let from = 0;
    while (from < text.length) {
      const newline = text.indexOf("\n", from);
      const part = text.slice(from, newline === -1 ? text.length : newline);
      this.put(stream, part);
      if (newline === -1) break;
      this.open.delete(stream);
      from = newline + 1;
    }
    this.trim();
  }

  /** An agent's update, as it stands in the log. */
  update(update: unknown): void {
    this.push("agent", this.agent.next(update));
  }

  /** Counts what an earlier worker has written of the log; none of it is kept, since the attempt runs again. */
  countOnly(jsonl: string): void {
    for (const line of jsonl.split("\n")) {
      const object = parsed(line);
      if (object?.stream === "agent") this.update(object.update);
      else if (typeof object?.text === "string") this.push(streamOf(object.stream), object.text);
    }
    this.kept.length = 0;
    this.first = 0;
    this.size = 0;
  }

  lines(): RecentLine[] {
    return this.kept.slice(this.first);
  }

  private put(stream: RecentStream, part: string): void {
    const open = this.open.get(stream);
    const line = open ?? { number: ++this.count, stream, text: "" };
    if (!open) {
      this.open.set(stream, line);
      this.kept.push(line);
      this.size += LEAST_COUNTED;
    }
    const joined = shortened(line.text + part);
    this.size += joined.length - line.text.length;
    line.text = joined;
  }

  private trim(): void {
    for (let line = this.kept[this.first]; this.size > this.limit && line; line = this.kept[++this.first])
      this.size -= line.text.length + LEAST_COUNTED;
    if (this.first < 1_000 || this.first * 2 < this.kept.length) return;
    this.kept.splice(0, this.first);
    this.first = 0;
  }
}

/** Of a line that overwrites itself the end is what people see. */
function shortened(text: string): string {
  if (text.length <= LINE_LENGTH) return text;
  const shown = text.slice(text.lastIndexOf("\r", text.length - 2) + 1);
  return shown.slice(0, LINE_LENGTH);
}

const streamOf = (stream: unknown): RecentStream =>
  stream === "stderr" || stream === "system" ? stream : "stdout";

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = line === "" ? null : JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
