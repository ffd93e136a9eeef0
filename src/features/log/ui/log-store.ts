import { GroupFinder, type LogGroup, type LogLevel, levelOf } from "../../../lib/log-groups";
import { applyReturns, LineAssembler, type LogLine, type RawLine, shownLine } from "../../../lib/log-lines";
import { plainText } from "../../../lib/plain-text";
import { backoffMs } from "../../live/ui/backoff";
import { type Client, type FeedPhase, LogFeed, type LogOf, refusalOf } from "./log-feed";

export interface ShownLine extends LogLine {
  level: LogLevel | null;
}

/** A log of which the lines that are looked at are here. */
export interface LogSnapshot {
  /** Lines of the whole log so far. */
  total: number;
  /** Changes with everything that `line` and `groups` give. */
  version: number;
  /** The groups of the whole log, in order. They change in place. */
  groups: readonly LogGroup[];
  /** Lines of the log as it was opened. */
  opened: number;
  phase: FeedPhase;
  /** Why the log was refused. */
  message: string | null;
}

export const NO_LOG: LogSnapshot = {
  total: 0,
  version: 0,
  groups: [],
  opened: 0,
  phase: "waiting",
  message: null,
};

const EVENTS = { type: "events" } as const;
/** Lines of one request. */
const BLOCK = 200;
/** Characters that are kept of what nobody looks at, about 50 MB, and blocks. */
const KEPT_LENGTH = 12_000_000;
const KEPT_BLOCKS = 250;
/** Requests under way at the same time. */
const MOST_REQUESTS = 3;
/**
 * A step that writes more than this in a second is not followed piece by piece, which would take longer than the step:
 * its end is asked for anew after a while.
 */
const FLOOD_LENGTH = 3_000_000;
const FLOOD_MS = 1_000;
const SKIP_MS = 300;
/** The most lines of one request. */
const MOST_LINES = 2_000;

interface Block {
  /** By place in the block; holes are lines that are not here. */
  lines: ShownLine[];
  length: number;
  usedAt: number;
}

/**
 * The lines of a log, in windows from the server; the end of a running log is followed, also where it grows faster than
 * it could be sent. Listeners are called at most
 * once a frame.
 */
export class LogStore {
  private readonly listeners = new Set<() => void>();
  private readonly blocks = new Map<number, Block>();
  private readonly asked = new Set<number>();
  /** Blocks that are looked at, and those around them. */
  private wanted: ReadonlySet<number> = new Set();
  private kept = 0;
  private clock = 0;
  private snapshot = NO_LOG;
  private total = 0;
  private opened = 0;
  private finder = new GroupFinder();
  private feed: LogFeed | null = null;
  /** The log was complete as it was opened. */
  private isComplete = false;
  private message: string | null = null;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private skipTimer: ReturnType<typeof setTimeout> | undefined;
  private frame: number | undefined;
  private opening = false;
  private wasOpened = false;
  /** Characters that have come since that time. */
  private received = { length: 0, since: 0 };

  constructor(
    private readonly client: Client,
    private readonly of: LogOf,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.start();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.stop();
    };
  };

  readonly read = (): LogSnapshot => this.snapshot;

  /** A line that is here, by its number; undefined until it has come. */
  readonly line = (number: number): ShownLine | undefined => {
    const block = this.blocks.get(blockOf(number));
    return block?.lines[(number - 1) % BLOCK];
  };

  /** Asks for the lines that are looked at, and those around them. */
  readonly want = (numbers: readonly number[]): void => {
    const [first, last] = [numbers[0] ?? 1, numbers.at(-1) ?? 1];
    this.wanted = new Set([...numbers, first - BLOCK / 2, last + BLOCK / 2].map(blockOf));
    this.askWanted();
  };

  /** The plain text of lines, from the server where they are not here. */
  async text(from: number, to: number): Promise<string> {
    const texts: string[] = [];
    for (let line = from; line <= Math.min(to, this.total); ) {
      const here = this.line(line);
      if (here || !("id" in this.of)) {
        texts.push(plainText(here?.text ?? ""));
        line += 1;
        continue;
      }
      const lines = Math.min(MOST_LINES, to - line + 1);
      const window = await this.client.steps.logWindow.query({ ...this.of, ...EVENTS, line, lines });
      if (window.lines.length === 0) break;
      for (const { text } of window.lines) texts.push(plainText(text));
      line += window.lines.length;
    }
    return texts.join("\n");
  }

  private start(): void {
    if (this.feed) this.feed.start();
    else if (!this.isComplete && this.message === null) void this.open();
  }

  private stop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.skipTimer);
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    this.feed?.stop();
  }

  /** Gets the end of the log, and follows it from there if it grows. */
  private async open(): Promise<void> {
    const { of } = this;
    if ("run_id" in of) {
      this.follow(0, new LineAssembler(this.put));
      return;
    }
    if (this.opening) return;
    this.opening = true;
    try {
      const window = await this.client.steps.logWindow.query({ ...of, ...EVENTS, lines: BLOCK, groups: "1" });
      this.tries = 0;
      this.total = window.total_lines;
      if (!this.wasOpened) this.opened = window.total_lines;
      this.wasOpened = true;
      this.finder = new GroupFinder(window.groups ?? []);
      for (const { n, ...line } of window.lines) this.keep(n, line);
      this.isComplete = window.complete;
      if (!window.complete) {
        const place = window.next_place === "" ? undefined : JSON.parse(window.next_place);
        this.follow(window.next_offset, new LineAssembler(this.put, place));
      }
      this.changed();
    } catch (error) {
      this.onFault(error, () => void this.open());
    } finally {
      this.opening = false;
    }
  }

  private follow(offset: number, assembler: LineAssembler): void {
    const tell = (jsonl: string) => {
      assembler.push(jsonl);
      this.total = Math.max(this.total, assembler.lines);
      if (this.isFlood(jsonl.length)) this.skip(assembler);
      this.changed();
    };
    this.feed = new LogFeed(this.client, this.of, tell, offset);
    if (this.listeners.size > 0) this.feed.start();
  }

  private isFlood(length: number): boolean {
    const now = performance.now();
    if (now - this.received.since > FLOOD_MS) this.received = { length: 0, since: now };
    this.received.length += length;
    return this.received.length > FLOOD_LENGTH && "id" in this.of && this.feed?.phase === "following";
  }

  /** Follows from the log's newest end. What is left out is read once it is looked at. */
  private skip(assembler: LineAssembler): void {
    this.feed?.stop();
    this.feed = null;
    this.received.length = 0;
    // Their ends are left out too.
    for (const { index } of assembler.place.open) this.drop(blockOf(index + 1));
    this.skipTimer = setTimeout(() => void this.open(), SKIP_MS);
  }

  private drop(at: number): void {
    this.kept -= this.blocks.get(at)?.length ?? 0;
    this.blocks.delete(at);
  }

  private readonly put = (index: number, raw: RawLine, complete: boolean): void => {
    const plain = plainText(applyReturns(raw.raw));
    this.keep(index + 1, { ...shownLine(raw), level: levelOf(plain) });
    if (complete) this.finder.take(index + 1, raw.stream, plain);
  };

  private keep(number: number, line: ShownLine): void {
    const at = blockOf(number);
    const block = this.blocks.get(at) ?? { lines: [], length: 0, usedAt: 0 };
    const place = (number - 1) % BLOCK;
    const growth = line.text.length - (block.lines[place]?.text.length ?? 0);
    block.lines[place] = line;
    block.length += growth;
    block.usedAt = ++this.clock;
    this.kept += growth;
    this.blocks.set(at, block);
    // The log of a run's code comes once, and is short.
    if ((this.kept > KEPT_LENGTH || this.blocks.size > KEPT_BLOCKS) && "id" in this.of) this.forget(at);
  }

  /** Drops the block that was not looked at for the longest time. */
  private forget(newest: number): void {
    let oldest: [number, Block] | null = null;
    for (const each of this.blocks) {
      if (each[0] === newest || this.wanted.has(each[0])) continue;
      if (oldest === null || each[1].usedAt < oldest[1].usedAt) oldest = each;
    }
    if (oldest === null) return;
    this.drop(oldest[0]);
  }

  private askWanted(): void {
    if (!("id" in this.of) || this.total === 0) return;
    for (const at of this.wanted) {
      if (at < 0 || at > blockOf(this.total)) continue;
      const block = this.blocks.get(at);
      if (block) block.usedAt = ++this.clock;
      if (this.asked.size < MOST_REQUESTS && !this.asked.has(at) && this.holeOf(at) !== null)
        void this.ask(at);
    }
  }

  /** The first line of a block that is not here. */
  private holeOf(at: number): number | null {
    const block = this.blocks.get(at);
    const last = Math.min(this.total, (at + 1) * BLOCK);
    for (let number = at * BLOCK + 1; number <= last; number++) {
      if (block?.lines[(number - 1) % BLOCK] === undefined) return number;
    }
    return null;
  }

  private async ask(at: number): Promise<void> {
    const { of } = this;
    const line = this.holeOf(at);
    if (line === null || !("id" in of)) return;
    this.asked.add(at);
    try {
      const lines = (at + 1) * BLOCK - line + 1;
      const window = await this.client.steps.logWindow.query({ ...of, ...EVENTS, line, lines });
      this.tries = 0;
      // What is followed is newer.
      for (const { n, ...each } of window.lines) if (!this.line(n)) this.keep(n, each);
      this.asked.delete(at);
      if (window.lines.length > 0) this.askWanted();
    } catch (error) {
      this.asked.delete(at);
      this.onFault(error, () => this.askWanted());
    }
    this.changed();
  }

  private onFault(error: unknown, again: () => void): void {
    this.message = refusalOf(error);
    this.tries += 1;
    if (this.message === null && this.listeners.size > 0) {
      clearTimeout(this.timer);
      this.timer = setTimeout(again, backoffMs(this.tries));
    }
    this.changed();
  }

  private phase(): FeedPhase {
    if (this.message !== null) return "refused";
    if (this.tries > 0) return "reconnecting";
    if (this.feed) return this.feed.phase === "waiting" && this.total > 0 ? "following" : this.feed.phase;
    if (this.isComplete) return "done";
    return this.total > 0 ? "following" : "waiting";
  }

  private changed(): void {
    if (this.listeners.size === 0) return;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.snapshot = {
        total: this.total,
        version: this.snapshot.version + 1,
        groups: this.finder.groups,
        opened: this.opened,
        phase: this.phase(),
        message: this.message ?? this.feed?.message ?? null,
      };
      for (const listener of this.listeners) listener();
    });
  }
}

const blockOf = (number: number) => Math.floor((number - 1) / BLOCK);
