import { and, eq, gt, inArray, sql } from "drizzle-orm";
import type { Db, ReadDb } from "../db/client";
import { prepared } from "../db/prepared";
import { workflowEvents } from "../db/schema/events";
import { projects } from "../db/schema/projects";
import { logger } from "../lib/logger";
import { perDatabase } from "../lib/per-process";
import { Presence } from "./presence";
import { CHANNELS, wakerOf } from "./wake";

/** Milliseconds between polls, which find events whose wake-up was lost. */
const POLL_MS = 1_000;
const PAGE = 500;

/** An event as each reader gets it; `json` is its data, encoded once for all readers. */
export interface HubEvent {
  /** Null for progress, which has no row. */
  id: number | null;
  type: string;
  json: string;
}

/** Takes events in order and must not block. A reader that cannot keep up has to end itself. */
export type Reader = (events: HubEvent[]) => void;

interface Topic {
  readers: Set<Reader>;
  /** The number of the last event that the readers got. */
  seq: number;
  reading: Promise<void> | null;
  again: boolean;
}

/**
 * One per process: listens for wake-ups and reads each project's new events once for all readers. A wake-up only says
 * that there is something to read; events come from rows.
 */
export class Hub {
  private readonly topics = new Map<string, Topic>();
  private readonly logReaders = new Map<string, Set<() => void>>();
  private readonly inboxReaders = new Map<string, Set<() => void>>();
  /** Who looks at what, in all web processes. */
  readonly presence = new Presence((change) => {
    const topic = this.topics.get(change.project_id);
    if (topic) deliver(topic, [{ id: null, type: "presence.changed", json: JSON.stringify(change) }]);
  });
  private timer: NodeJS.Timeout | undefined;
  private polling = false;

  constructor(private readonly db: Db) {
    const waker = wakerOf(db);
    waker.onLocal("events", (ids) => this.wakeTopics(ids));
    void this.listen(CHANNELS.events, (payload) => this.wakeTopics(waker.ofOthers(payload)));
    waker.onLocal("inbox", (ids) => callAll(this.inboxReaders, ids));
    void this.listen(CHANNELS.inbox, (payload) => callAll(this.inboxReaders, waker.ofOthers(payload)));
    void this.listen(CHANNELS.logs, (payload) => callAll(this.logReaders, payload.split(",")));
    void this.listen(CHANNELS.progress, (payload) => this.passOnProgress(payload));
    void this.listen(CHANNELS.presence, (payload) => {
      const looking = waker.lookingOfOthers(payload);
      if (looking) this.presence.hear(looking);
    });
    this.timer = setInterval(() => {
      this.presence.forget();
      void this.poll();
    }, POLL_MS);
    this.timer.unref();
  }

  /**
   * Gives `reader` each event of the project after the returned number, until `leave`. The reader joins before the
   * number is read, so it can read earlier events from rows without a gap.
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

  /** Calls `listener` when the log of an attempt or a run may have grown. Call the result to stop. */
  onLog(attempt_id: string, listener: () => void): () => void {
    return addListener(this.logReaders, attempt_id, listener);
  }

  /** Calls `listener` when the person's inbox may have changed. Call the result to stop. */
  onInbox(user_id: string, listener: () => void): () => void {
    return addListener(this.inboxReaders, user_id, listener);
  }

  /** Number of readers of a project in this process. */
  readerCount(project_id: string): number {
    return this.topics.get(project_id)?.readers.size ?? 0;
  }

  /** The number of the newest event that the project's readers got; null where there is no reader. */
  position(project_id: string): number | null {
    return this.topics.get(project_id)?.seq ?? null;
  }

  close(): void {
    clearInterval(this.timer);
    this.topics.clear();
    this.logReaders.clear();
    this.inboxReaders.clear();
  }

  /** The listener reconnects by itself after an outage and then calls back, so that missed events are read. */
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

  private passOnProgress(payload: string): void {
    const { project_id } = JSON.parse(payload) as { project_id: string };
    const topic = this.topics.get(project_id);
    if (topic) deliver(topic, [{ id: null, type: "workflow.step.progress", json: payload }]);
  }

  /** Reads until there is nothing new, one read at a time. A wake-up during a read causes one more. */
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
export function readEvents(
  db: ReadDb,
  project_id: string,
  after: number,
  limit: number,
): Promise<HubEvent[]> {
  return eventsAfter(db).execute({ project_id, after, limit });
}

/** The one hub of a database in this process. */
export function hubOf(db: ReadDb): Hub {
  return perDatabase("hubs", db, () => new Hub(db as Db));
}

function addListener(all: Map<string, Set<() => void>>, id: string, listener: () => void): () => void {
  const listeners = all.get(id) ?? new Set();
  listeners.add(listener);
  all.set(id, listeners);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) all.delete(id);
  };
}

function callAll(all: ReadonlyMap<string, ReadonlySet<() => void>>, ids: readonly string[]): void {
  for (const id of ids) for (const listener of all.get(id) ?? []) listener();
}
