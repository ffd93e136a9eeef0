import type { EventType } from "../../../events/catalog";
import type { HubEvent } from "../../../events/hub";

/** Bytes that may wait for a slow reader. Beyond that its feed ends. */
const QUEUE_BYTES = 1024 * 1024;

/** One reader's place in a stream of events. Close it, or abort its signal. */
export interface EventFeed {
  /** The next events in order; null after the feed has ended. Call it again only after it resolved. */
  next(): Promise<HubEvent[] | null>;
  close(): void;
}

/** `project_id`: of the stream in which it comes. */
export const inboxChanged = (project_id: string): HubEvent => ({
  id: null,
  type: "inbox.changed" satisfies EventType,
  json: JSON.stringify({ project_id }),
});

/** Queues events for a busy reader, up to a byte limit. */
export class EventQueue {
  private events: HubEvent[] = [];
  private bytes = 0;
  private wake: (() => void) | null = null;
  ended = false;

  push(events: HubEvent[]): void {
    if (this.ended) return;
    for (const event of events) this.bytes += event.json.length;
    this.events.push(...events);
    if (this.bytes > QUEUE_BYTES) this.end();
    this.wake?.();
  }

  end(): void {
    this.ended = true;
    this.events = [];
    this.wake?.();
  }

  /** The queued events; null after the end. After an overflow the reader reads what was dropped again. */
  async take(): Promise<HubEvent[] | null> {
    while (this.events.length === 0 && !this.ended) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = null;
    }
    if (this.ended) return null;
    const { events } = this;
    this.events = [];
    this.bytes = 0;
    return events;
  }
}
