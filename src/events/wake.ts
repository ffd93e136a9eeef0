import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { newId } from "../lib/ids";
import { logger } from "../lib/logger";
import type { EventData } from "./catalog";

/** Channels of NOTIFY. A lost message is made good by the readers' poll, so sending never fails a command. */
export const CHANNELS = {
  events: "phaseboard_events",
  logs: "phaseboard_logs",
  control: "phaseboard_control",
  progress: "phaseboard_progress",
} as const;

type IdChannel = "events" | "logs" | "control";

/** Whom to wake: a project for `events`, a step attempt for `logs`, a run for `control`. */
export interface Wake {
  channel: IdChannel;
  id: string;
}

/** What one message says to one channel. */
interface Part {
  channel: IdChannel;
  ids: string[];
}

/** Postgres refuses a payload of 8000 bytes; ids are 25 bytes with their comma. */
const IDS_A_MESSAGE = 300;
const PROGRESS_BYTES = 7_500;
/** Between two messages, for which nobody who looks on can tell; a run may take a step in less. */
const GAP_MS = 20;

/**
 * Wakes other processes behind a commit. Ids that come while a message is under way, or right behind it, wait and
 * leave together, so a busy project costs one statement at a time.
 */
export class Waker {
  private readonly waiting = new Map<IdChannel, Set<string>>();
  private isSending = false;
  private readonly local = new Map<IdChannel, (ids: string[]) => void>();
  /** Goes with each message, so that its sender knows it; it is nobody's id. */
  private readonly own = `@${newId()}`;

  constructor(private readonly db: Db) {}

  /** Tells a listener in this same process as a message leaves, ahead of its round trip through Postgres. */
  onLocal(channel: IdChannel, listener: (ids: string[]) => void): void {
    this.local.set(channel, listener);
  }

  /** The ids of a message; none where it is of this process, whose listener knows. */
  ofOthers(payload: string): string[] {
    const ids = payload.split(",");
    return ids.includes(this.own) ? [] : ids;
  }

  /** Tells of what has been committed. */
  wake(...wakes: Wake[]): void {
    for (const { channel, id } of wakes) {
      const waiting = this.waiting.get(channel) ?? new Set();
      waiting.add(id);
      this.waiting.set(channel, waiting);
    }
    if (wakes.length > 0 && !this.isSending) void this.flush();
  }

  /** The last lines of a step, for who looks on; cut to what a message holds. */
  progress(data: EventData<"workflow.step.progress">): void {
    let payload = JSON.stringify(data);
    while (Buffer.byteLength(payload) > PROGRESS_BYTES) {
      const output = data.output.slice(Math.ceil(data.output.length / 2));
      data = { ...data, output };
      payload = JSON.stringify(data);
    }
    this.db.execute(sql`select pg_notify(${CHANNELS.progress}, ${payload})`).catch(ignoreLost);
  }

  /** Sends what waits, a message at a time; what the same turn wakes besides leaves with it. */
  private async flush(): Promise<void> {
    this.isSending = true;
    await Promise.resolve();
    for (let due = this.take(); due.length > 0; due = this.take()) {
      await this.send(due).catch(ignoreLost);
      await sleep(GAP_MS);
    }
    this.isSending = false;
  }

  /** What a message says of what waits. */
  private take(): Part[] {
    const parts = [...this.waiting].flatMap(([channel, waiting]) => {
      const ids = [...waiting].slice(0, IDS_A_MESSAGE);
      for (const id of ids) waiting.delete(id);
      return ids.length > 0 ? [{ channel, ids }] : [];
    });
    for (const { channel, ids } of parts) this.local.get(channel)?.(ids);
    return parts;
  }

  /** Nothing is kept of a message, so it waits for no disk, nor has others wait. */
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

const wakers = globalThis as typeof globalThis & { phaseboardWakers?: WeakMap<Db, Waker> };

/** The one waker of a pool in this process (Next evaluates modules several times). */
export function wakerOf(db: Db): Waker {
  wakers.phaseboardWakers ??= new WeakMap();
  let waker = wakers.phaseboardWakers.get(db);
  if (!waker) {
    waker = new Waker(db);
    wakers.phaseboardWakers.set(db, waker);
  }
  return waker;
}
