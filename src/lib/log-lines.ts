import { AgentText, type AgentTextState } from "./agent-text";
import { plainText } from "./plain-text";

export const LOG_STREAMS = ["stdout", "stderr", "system", "agent"] as const;
export type LogStream = (typeof LOG_STREAMS)[number];

export interface LogLine {
  stream: LogStream;
  /** Time of the line's first piece, ISO 8601. */
  t: string;
  /** The text with colour sequences, also those that earlier lines left on, without the line break. */
  text: string;
}

/** A line as it grows. Most lines need no more than this, so that what is shown of it is worked out by `shownLine`. */
export interface RawLine {
  stream: LogStream;
  t: string;
  raw: string;
  /** Colour sequences that are still on from earlier lines of its stream. */
  carried: string;
}

interface OpenLine {
  stream: LogStream;
  index: number;
  t: string;
  raw: string;
}

/** What an assembler knows between two objects of a log. It is data, so that another one can go on from it. */
export interface LinePlace {
  /** Lines that have begun. */
  lines: number;
  /** Lines without an end. */
  open: OpenLine[];
  carried: Partial<Record<LogStream, string>>;
  agent: AgentTextState | null;
}

interface Piece {
  t: string;
  stream: LogStream;
  text: string;
}

const START: LinePlace = { lines: 0, open: [], carried: {}, agent: null };

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

const ESC = "\u001b";
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const SGR = /\u001b\[([0-9;]*)m/g;

/** The colour sequences that are active after `text`, given those active before it. */
function sgrAfter(before: string, text: string): string {
  if (!text.includes(ESC)) return before;
  let on = before;
  for (const match of text.matchAll(SGR)) {
    const codes = match[1] ?? "";
    on = codes === "" || /^0+$/.test(codes) ? "" : on + match[0];
  }
  // Limit the length for programs that never reset their colours.
  return on.length > 200 ? on.slice(on.indexOf(ESC, on.length - 200)) : on;
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
export const LINE_LIMIT = 20_000;

/** Drops the part of a growing line that can no longer be seen. */
function trimmed(raw: string): string {
  if (raw.length <= LINE_LIMIT) return raw;
  const shown = applyReturns(raw);
  return shown.length <= LINE_LIMIT ? shown : `${shown.slice(0, LINE_LIMIT)} …`;
}

export function shownLine({ stream, t, raw, carried }: RawLine): LogLine {
  return { stream, t, text: carried + applyReturns(raw) };
}

/**
 * Turns the objects of events.jsonl into lines: a piece without a line break continues with the next piece of
 * the same stream. Line numbers never change. `put` gets each line as often as it grows; `index` counts from 0.
 */
export class LineAssembler {
  private count: number;
  private rest = "";
  /** For each stream, its unfinished line. */
  private readonly open: Map<LogStream, OpenLine>;
  private readonly carried: Map<LogStream, string>;
  private readonly agent: AgentText;

  constructor(
    private readonly put: (index: number, line: RawLine, complete: boolean) => void,
    { lines, open, carried, agent }: LinePlace = START,
  ) {
    this.count = lines;
    this.open = new Map(open.map((line) => [line.stream, line]));
    this.carried = new Map(Object.entries(carried) as [LogStream, string][]);
    this.agent = new AgentText(agent ?? undefined);
  }

  /** Lines that have begun. */
  get lines(): number {
    return this.count;
  }

  /** Where it stands; behind whole objects only. */
  get place(): LinePlace {
    return {
      lines: this.count,
      open: [...this.open.values()],
      carried: Object.fromEntries([...this.carried].filter(([, codes]) => codes !== "")),
      agent: this.agent.state,
    };
  }

  /** Takes JSON lines. An unfinished last line is kept until the rest of it arrives. */
  push(jsonl: string): void {
    const text = this.rest + jsonl;
    const end = text.lastIndexOf("\n");
    this.rest = text.slice(end + 1);
    if (end < 0) return;
    for (const line of text.slice(0, end).split("\n")) this.take(line);
  }

  /** Takes one object. */
  take(line: string): void {
    const piece = line === "" ? null : parsePiece(line, this.agent);
    if (piece) this.add(piece);
  }

  /** True where a whole line of the stream stands for itself: nothing of it is open, and no colour is on. */
  isPlain(stream: LogStream): boolean {
    return (this.open.size === 0 || !this.open.has(stream)) && !this.carried.get(stream);
  }

  /** Counts a line that the caller has read by itself; only where `isPlain`. Gives its index. */
  skip(): number {
    return this.count++;
  }

  private add({ t, stream, text }: Piece): void {
    for (let from = 0; from < text.length; ) {
      const newline = text.indexOf("\n", from);
      const part = text.slice(from, newline < 0 ? text.length : newline);
      const open = this.open.get(stream);
      if (open) this.grow(open, open.raw + part, newline >= 0);
      else this.grow({ stream, index: this.count++, t, raw: "" }, part, newline >= 0);
      if (newline < 0) return;
      from = newline + 1;
    }
  }

  private grow({ stream, index, t }: OpenLine, joined: string, complete: boolean): void {
    const raw = trimmed(joined);
    const carried = this.carried.get(stream) ?? "";
    if (complete) {
      this.open.delete(stream);
      const after = sgrAfter(carried, raw);
      if (after !== carried) this.carried.set(stream, after);
    } else this.open.set(stream, { stream, index, t, raw });
    this.put(index, { stream, t, raw, carried }, complete);
  }
}
