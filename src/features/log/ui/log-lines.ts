import { AgentText } from "../../../lib/agent-text";
import { plainText } from "../../../lib/plain-text";
import { sgrAfter } from "./ansi";

export type LogStream = "stdout" | "stderr" | "system" | "agent";

export interface LogLine {
  stream: LogStream;
  /** Time of the line's first piece, ISO 8601. */
  t: string;
  /** The text with colour sequences, without the line break. */
  text: string;
  /** Colour sequences still active from earlier lines. */
  carried: string;
  /** The visible text, for search. */
  plain: string;
}

interface Piece {
  t: string;
  stream: LogStream;
  text: string;
}

function parsePiece(line: string, agent: AgentText): Piece | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null) return null;
    const { t, stream, text, update } = value as Partial<Record<keyof Piece | "update", unknown>>;
    if (typeof t === "string" && stream === "agent") return { t, stream, text: agent.next(update) };
    if (typeof text !== "string" || typeof t !== "string") return null;
    return { t, text, stream: stream === "stderr" || stream === "system" ? stream : "stdout" };
  } catch {
    return null;
  }
}

/** A line as a terminal shows it: text after a return overwrites the beginning, and a longer rest stays. */
export function applyReturns(text: string): string {
  if (!text.includes("\r")) return text;
  const parts = text.split("\r");
  // A trailing return is half of a Windows line break.
  if (parts.at(-1) === "") parts.pop();
  return parts.findLast((part) => plainText(part) !== "") ?? "";
}

/** Characters shown of one line; the download has all of them. */
const LINE_LIMIT = 20_000;

/** Drops the part of a growing line that can no longer be seen. */
function trimmed(raw: string): string {
  if (raw.length <= LINE_LIMIT) return raw;
  const shown = applyReturns(raw);
  return shown.length <= LINE_LIMIT ? shown : `${shown.slice(0, LINE_LIMIT)} …`;
}

/**
 * Turns the objects of events.jsonl into lines: a piece without a line break continues with the next piece of
 * the same stream. Line numbers never change.
 */
export class LineAssembler {
  readonly lines: LogLine[] = [];
  private rest = "";
  /** For each stream: index and raw text of its unfinished line. */
  private readonly open = new Map<LogStream, { index: number; raw: string }>();
  private readonly carried = new Map<LogStream, string>();
  private readonly agent = new AgentText();

  constructor(private readonly limit = Number.POSITIVE_INFINITY) {}

  /** True once lines had to be left out. */
  get full(): boolean {
    return this.lines.length >= this.limit;
  }

  /** Takes JSON lines. An unfinished last line is kept until the rest of it arrives. */
  push(jsonl: string): void {
    const text = this.rest + jsonl;
    const end = text.lastIndexOf("\n");
    this.rest = text.slice(end + 1);
    if (end < 0) return;
    for (const line of text.slice(0, end).split("\n")) {
      const piece = line === "" ? null : parsePiece(line, this.agent);
      if (piece) this.add(piece);
    }
  }

  private add({ t, stream, text }: Piece): void {
    const parts = text.split("\n");
    parts.forEach((part, at) => {
      const last = at === parts.length - 1;
      if (last && part === "") return;
      const open = this.open.get(stream);
      if (open) this.put(open.index, stream, this.lines[open.index]?.t ?? t, open.raw + part, !last);
      else if (!this.full) this.put(this.lines.length, stream, t, part, !last);
    });
  }

  private put(index: number, stream: LogStream, t: string, joined: string, complete: boolean): void {
    const raw = trimmed(joined);
    const carried = this.carried.get(stream) ?? "";
    const text = applyReturns(raw);
    this.lines[index] = { stream, t, text, carried, plain: plainText(text) };
    if (complete) {
      this.open.delete(stream);
      this.carried.set(stream, sgrAfter(carried, raw));
    } else this.open.set(stream, { index, raw });
  }
}
