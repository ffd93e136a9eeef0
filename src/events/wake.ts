import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { newId } from "../lib/ids";
import { logger } from "../lib/logger";
import { perDatabase } from "../lib/per-process";
import type { EventData } from "./catalog";
import type { Looking } from "./presence";

/** Channels of NOTIFY. A lost message is made good by the readers' poll, so sending never fails a command. */
export const CHANNELS = {
  events: "phaseboard_events",
  logs: "phaseboard_logs",
  control: "phaseboard_control",
  progress: "phaseboard_progress",
  inbox: "phaseboard_inbox",
  presence: "phaseboard_presence",
} as const;

type IdChannel = "events" | "logs" | "control" | "inbox";

/** Whom to wake: readers of a project (`events`) or of a log (`logs`), the worker of a run (`control`), a person (`inbox`). */
export interface Wake {
  channel: IdChannel;
  id: string;
}

/** One channel's part of a message. */
interface Part {
  channel: IdChannel;
  ids: string[];
}

/** Postgres limits a payload to 8000 bytes; an id with its comma has 25. */
const IDS_A_MESSAGE = 300;
const PROGRESS_BYTES = 7_500;
/** Milliseconds between two messages: too short to notice, and longer than a quick step. */
const GAP_MS = 20;

/**
 * Wakes other processes after a commit. Ids that arrive while a message is sent, or shortly after, are collected and
 * sent together, so a busy project costs one statement at a time.
 */
export class Waker {
  private readonly waiting = new Map<IdChannel, Set<string>>();
  private isSending = false;
  private readonly local = new Map<IdChannel, (ids: string[]) => void>();
  /** Marks this process's messages, so that its own listener can ignore them. */
  private readonly own = `@${newId()}`;

  constructor(private readonly db: Db) {}

  /** Sets the listener of this process. It is called at once, without the round trip through Postgres. */
  onLocal(channel: IdChannel, listener: (ids: string[]) => void): void {
    this.local.set(channel, listener);
  }

  /** The ids of a message; empty for messages of this process, whose listener was called directly. */
  ofOthers(payload: string): string[] {
    const ids = payload.split(",");
    return ids.includes(this.own) ? [] : ids;
  }

  /** Announces committed changes. */
  wake(...wakes: Wake[]): void {
    for (const { channel, id } of wakes) {
      this.local.get(channel)?.([id]);
      const waiting = this.waiting.get(channel) ?? new Set();
      waiting.add(id);
      this.waiting.set(channel, waiting);
    }
    if (wakes.length > 0 && !this.isSending) void this.flush();
  }

  /** Sends the last lines of a step to people who watch it, cut to the size of one message. */
  progress(data: EventData<"workflow.step.progress">): void {
    let payload = JSON.stringify(data);
    while (Buffer.byteLength(payload) > PROGRESS_BYTES) {
      const output = data.output.slice(Math.ceil(data.output.length / 2));
      data = { ...data, output };
      payload = JSON.stringify(data);
    }
    this.db.execute(sql`select pg_notify(${CHANNELS.progress}, ${payload})`).catch(ignoreLost);
  }

  /** Says to all web processes where somebody looks. */
  presence(looking: Looking): void {
    const payload = JSON.stringify({ ...looking, by: this.own });
    this.db.execute(sql`select pg_notify(${CHANNELS.presence}, ${payload})`).catch(ignoreLost);
  }

  /** Who looks where, from a message of `presence`; null for those of this process. */
  lookingOfOthers(payload: string): Looking | null {
    const { by, ...looking } = JSON.parse(payload) as Looking & { by: string };
    return by === this.own ? null : looking;
  }

  /** Sends collected ids, one message at a time. Waits a microtask first, to collect all ids of this turn. */
  private async flush(): Promise<void> {
    this.isSending = true;
    await Promise.resolve();
    for (let due = this.take(); due.length > 0; due = this.take()) {
      await this.send(due).catch(ignoreLost);
      await sleep(GAP_MS);
    }
    this.isSending = false;
  }

  /** Takes the collected ids for one message. */
  private take(): Part[] {
    return [...this.waiting].flatMap(([channel, waiting]) => {
      const ids = [...waiting].slice(0, IDS_A_MESSAGE);
      for (const id of ids) waiting.delete(id);
      return ids.length > 0 ? [{ channel, ids }] : [];
    });
  }

  /** `synchronous_commit` is off: a message writes no rows, so it need not wait for the disk. */
  private async send(parts: Part[]): Promise<void> {
    const messages = parts.map(({ channel, ids }) => ({
      channel: CHANNELS[channel],
      ids: [...ids, this.own].join(","),
    }));
    await this.db.execute(sql`
      select set_config('synchronous_commit', 'off', true), pg_notify(m.channel, m.ids)
      from jsonb_to_recordset(${JSON.stringify(messages)}::jsonb) as m (channel text, ids text)`);
  }
}

function ignoreLost(error: unknown): void {
  logger.debug({ err: error }, "a wake-up was lost; readers find the change by polling");
}

/** The one waker of a database in this process. */
export function wakerOf(db: Db): Waker {
  return perDatabase("wakers", db, () => new Waker(db));
}
