import { and, eq, gt, inArray, sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { prepared } from "../db/prepared";
import { workflowEvents } from "../db/schema/events";
import { projects } from "../db/schema/projects";
import { logger } from "../lib/logger";
import { CHANNELS, wakerOf } from "./wake";

/** A lost wake-up is made good by this. */
const POLL_MS = 1_000;
const PAGE = 500;

/** An event as it goes to every reader; `json` is its data, encoded once for all of them. */
export interface HubEvent {
  /** Null for progress, which is not stored. */
  id: number | null;
  type: string;
  json: string;
}

/** Takes events in order. Must not block; a reader that cannot keep up ends itself. */
export type Reader = (events: HubEvent[]) => void;

interface Topic {
  readers: Set<Reader>;
  /** Everything up to here was handed to the readers. */
  seq: number;
  reading: Promise<void> | null;
  again: boolean;
}

/**
 * One a process: listens for wake-ups and reads each project's new events once for all who look on. Rows are
 * the truth: a wake-up only says "read".
 */
export class Hub {
  private readonly topics = new Map<string, Topic>();
  private readonly logReaders = new Map<string, Set<() => void>>();
  private timer: NodeJS.Timeout | undefined;
  private polling = false;

  constructor(private readonly db: Db) {
    const waker = wakerOf(db);
    waker.onLocal("events", (ids) => this.wakeTopics(ids));
    void this.listen(CHANNELS.events, (payload) => this.wakeTopics(waker.ofOthers(payload)));
    void this.listen(CHANNELS.logs, (payload) => this.wakeLogs(payload.split(",")));
    void this.listen(CHANNELS.progress, (payload) => this.passOnProgress(payload));
    this.timer = setInterval(() => void this.poll(), POLL_MS);
    this.timer.unref();
  }

  /**
   * Hands `reader` every event of the project after the returned number, until `leave`. The number is read
   * after the reader joined, so what came before it can be read from the rows without a gap.
   */
  async join(project_id: string, reader: Reader): Promise<{ seq: number; leave: () => void }> {
    let topic = this.topics.get(project_id);
    if (!topic) {
      topic = { readers: new Set(), seq: -1, reading: null, again: false };
      this.topics.set(project_id, topic);
    }
    const joined = topic;
    joined.readers.add(reader);
    const leave = () => {
      joined.readers.delete(reader);
      if (joined.readers.size === 0 && this.topics.get(project_id) === joined) this.topics.delete(project_id);
    };
    try {
      if (joined.seq < 0) await this.read(project_id, joined);
      return { seq: joined.seq, leave };
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Calls `listener` when the log of the attempt or run may have grown, until the returned function is called. */
  onLog(attempt_id: string, listener: () => void): () => void {
    const listeners = this.logReaders.get(attempt_id) ?? new Set();
    listeners.add(listener);
    this.logReaders.set(attempt_id, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.logReaders.delete(attempt_id);
    };
  }

  /** Readers of a project in this process. */
  readerCount(project_id: string): number {
    return this.topics.get(project_id)?.readers.size ?? 0;
  }

  /** The newest event that a project's readers were handed; null while it has none. */
  position(project_id: string): number | null {
    return this.topics.get(project_id)?.seq ?? null;
  }

  close(): void {
    clearInterval(this.timer);
    this.topics.clear();
    this.logReaders.clear();
  }

  /** The pool listens again by itself after a cut and calls back then: what came meanwhile is read. */
  private async listen(channel: string, onMessage: (payload: string) => void): Promise<void> {
    try {
      await this.db.$client.listen(channel, onMessage, () => void this.poll());
    } catch (error) {
      logger.warn({ err: error, channel }, "cannot listen yet; polling meanwhile");
      setTimeout(() => void this.listen(channel, onMessage), POLL_MS).unref();
    }
  }

  private wakeTopics(project_ids: string[]): void {
    for (const project_id of project_ids) {
      const topic = this.topics.get(project_id);
      if (topic) this.read(project_id, topic).catch(logUnread);
    }
  }

  private wakeLogs(attempt_ids: string[]): void {
    for (const attempt_id of attempt_ids)
      for (const listener of this.logReaders.get(attempt_id) ?? []) listener();
  }

  private passOnProgress(payload: string): void {
    const { project_id } = JSON.parse(payload) as { project_id: string };
    const topic = this.topics.get(project_id);
    if (topic) deliver(topic, [{ id: null, type: "workflow.step.progress", json: payload }]);
  }

  /** Reads until nothing new is there; one read at a time, a wake-up meanwhile makes it read once more. */
  private read(project_id: string, topic: Topic): Promise<void> {
    topic.again = true;
    topic.reading ??= this.readAll(project_id, topic).finally(() => {
      topic.reading = null;
    });
    return topic.reading;
  }

  private async readAll(project_id: string, topic: Topic): Promise<void> {
    if (topic.seq < 0) {
      const [row] = await this.db
        .select({ seq: projects.event_seq })
        .from(projects)
        .where(eq(projects.id, project_id));
      topic.seq = row?.seq ?? 0;
    }
    while (topic.again) {
      topic.again = false;
      const rows = await readEvents(this.db, project_id, topic.seq, PAGE);
      const last = rows.at(-1);
      if (!last) continue;
      topic.seq = last.id ?? topic.seq;
      topic.again ||= rows.length === PAGE;
      deliver(topic, rows);
    }
  }

  private async poll(): Promise<void> {
    if (this.polling) return;
    this.polling = true;
    try {
      for (const listeners of this.logReaders.values()) for (const listener of listeners) listener();
      const ids = [...this.topics.keys()];
      if (ids.length === 0) return;
      const rows = await this.db
        .select({ id: projects.id, seq: projects.event_seq })
        .from(projects)
        .where(inArray(projects.id, ids));
      this.wakeTopics(
        rows.filter((row) => (this.topics.get(row.id)?.seq ?? row.seq) < row.seq).map((row) => row.id),
      );
    } catch (error) {
      logUnread(error);
    } finally {
      this.polling = false;
    }
  }
}

function deliver(topic: Topic, events: HubEvent[]): void {
  for (const reader of topic.readers) reader(events);
}

function logUnread(error: unknown): void {
  logger.debug({ err: error }, "events could not be read; the next poll tries again");
}

const eventsAfter = prepared((db) =>
  db
    .select({
      id: workflowEvents.seq,
      type: workflowEvents.type,
      json: sql<string>`${workflowEvents.data}::text`,
    })
    .from(workflowEvents)
    .where(
      and(
        eq(workflowEvents.project_id, sql.placeholder("project_id")),
        gt(workflowEvents.seq, sql.placeholder("after")),
      ),
    )
    .orderBy(workflowEvents.seq)
    .limit(sql.placeholder("limit"))
    .prepare("events_after"),
);

/** Up to `limit` events of the project after number `after`, in order. */
export function readEvents(db: Db, project_id: string, after: number, limit: number): Promise<HubEvent[]> {
  return eventsAfter(db).execute({ project_id, after, limit });
}

const shared = globalThis as typeof globalThis & { phaseboardHubs?: WeakMap<Db, Hub> };

/** The one hub of a pool in this process (Next evaluates modules several times). */
export function hubOf(db: Db): Hub {
  shared.phaseboardHubs ??= new WeakMap();
  let hub = shared.phaseboardHubs.get(db);
  if (!hub) {
    hub = new Hub(db);
    shared.phaseboardHubs.set(db, hub);
  }
  return hub;
}
