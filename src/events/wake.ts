import { setTimeout as sleep } from "node:timers/promises";
import type { Sql } from "../db/client";
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

/** Postgres refuses a payload of 8000 bytes; ids are 25 bytes with their comma. */
const IDS_A_MESSAGE = 300;
const PROGRESS_BYTES = 7_500;
/** Between two messages, for which nobody who looks on can tell; a run may take a step in less. */
const GAP_MS = 20;
/** So long may wait what is about to be followed by more. */
const SOON_MS = 100;

/**
 * Wakes other processes after a commit. Ids that come while a message is under way, or right behind it, wait and
 * leave together, so a busy project costs one statement at a time.
 */
export class Waker {
  private readonly waiting = new Map<IdChannel, Set<string>>();
  private isSending = false;
  private soon: NodeJS.Timeout | null = null;
  private readonly local = new Map<IdChannel, (ids: string[]) => void>();
  /** Goes with each message, so that its sender knows it; it is nobody's id. */
  private readonly own = `@${newId()}`;

  constructor(private readonly sql: Sql) {}

  /** Tells a listener in this same process as a message leaves, ahead of its round trip through Postgres. */
  onLocal(channel: IdChannel, listener: (ids: string[]) => void): void {
    this.local.set(channel, listener);
  }

  /** The ids of a message; none where it is of this process, whose listener knows. */
  ofOthers(payload: string): string[] {
    const ids = payload.split(",");
    return ids.includes(this.own) ? [] : ids;
  }

  /** `id`: a project for `events`, a step attempt for `logs`, a run for `control`. */
  wake(channel: IdChannel, id: string): void {
    this.add(channel, id);
    this.hurry();
  }

  /** As `wake`, some ms later, or with what is not to wait. */
  wakeSoon(channel: IdChannel, id: string): void {
    this.add(channel, id);
    this.soon ??= setTimeout(() => this.hurry(), SOON_MS);
  }

  /** The last lines of a step, for who looks on; cut to what a message holds. */
  progress(data: EventData<"workflow.step.progress">): void {
    let payload = JSON.stringify(data);
    while (Buffer.byteLength(payload) > PROGRESS_BYTES) {
      const output = data.output.slice(Math.ceil(data.output.length / 2));
      data = { ...data, output };
      payload = JSON.stringify(data);
    }
    this.sql.notify(CHANNELS.progress, payload).catch(ignoreLost);
  }

  private add(channel: IdChannel, id: string): void {
    const waiting = this.waiting.get(channel) ?? new Set();
    waiting.add(id);
    this.waiting.set(channel, waiting);
  }

  private hurry(): void {
    if (this.soon) clearTimeout(this.soon);
    this.soon = null;
    if (!this.isSending) void this.flush();
  }

  private async flush(): Promise<void> {
    this.isSending = true;
    // What the same turn wakes besides leaves with it.
    await Promise.resolve();
    for (let due = this.take(); due.length > 0; due = this.take()) {
      await this.notify(due).catch(ignoreLost);
      await sleep(GAP_MS);
    }
    this.isSending = false;
  }

  /** A message for each channel that has something to tell. */
  private take(): { channel: string; ids: string }[] {
    return [...this.waiting].flatMap(([channel, waiting]) => {
      const ids = [...waiting].slice(0, IDS_A_MESSAGE);
      for (const id of ids) waiting.delete(id);
      if (ids.length > 0) this.local.get(channel)?.(ids);
      return ids.length > 0 ? [{ channel: CHANNELS[channel], ids: [...ids, this.own].join(",") }] : [];
    });
  }

  private async notify(messages: { channel: string; ids: string }[]): Promise<void> {
    // Nothing is kept of a message, so it waits for no disk, nor has others wait.
    await this.sql`
      select set_config('synchronous_commit', 'off', true), pg_notify(m.channel, m.ids)
      from jsonb_to_recordset(${JSON.stringify(messages)}::jsonb) as m (channel text, ids text)`;
  }
}

function ignoreLost(error: unknown): void {
  logger.debug({ err: error }, "a wake-up was lost; readers find the change by polling");
}

const wakers = globalThis as typeof globalThis & { phaseboardWakers?: WeakMap<Sql, Waker> };

/** The one waker of a pool in this process (Next evaluates modules several times). */
export function wakerOf(sql: Sql): Waker {
  wakers.phaseboardWakers ??= new WeakMap();
  let waker = wakers.phaseboardWakers.get(sql);
  if (!waker) {
    waker = new Waker(sql);
    wakers.phaseboardWakers.set(sql, waker);
  }
  return waker;
}
