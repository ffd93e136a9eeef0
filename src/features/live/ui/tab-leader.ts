import type { ProjectEvent } from "../../../events/catalog";
import type { LiveState } from "./live-state";
import type { EventStream, ProjectStreamListener } from "./project-stream";

/**
 * One tab, the leader, holds the lock and the connection and sends the events to the others, the followers.
 * Each tab keeps the last id it saw, so a new leader can resume. Ids have no gaps, so a tab that missed an
 * event notices and reads the rows again.
 */
export type TabMessage =
  | { kind: "event"; event: ProjectEvent }
  | { kind: "state"; state: LiveState; last: number | null }
  | { kind: "hello" };

export interface TabChannel {
  post(message: TabMessage): void;
  listen(on: (message: TabMessage) => void): void;
  close(): void;
}

/** Holds the lock while `lead` runs, and releases it then. Rejects if another tab took it. */
export type RequestLock = (
  lead: () => Promise<void>,
  options: { signal?: AbortSignal; steal?: boolean },
) => Promise<void>;

export interface TabEnvironment {
  channel: TabChannel;
  requestLock: RequestLock;
  /** Opens the connection, as `followEvents` does. */
  follow: (listener: ProjectStreamListener, after: number | null) => EventStream;
}

/** After this many milliseconds of silence, the leader counts as suspended by its browser. */
export const SILENCE_MS = 4_000;

export interface SharedFollower {
  stop(): void;
  /** Makes sure that a tab leads; call it when the page is visible or online again. */
  wake(): void;
  /** Call it when the network is gone. */
  cut(): void;
}

export function followShared(
  { channel, requestLock, follow }: TabEnvironment,
  listener: ProjectStreamListener,
  /** The newest event as the page was rendered, behind which everything on it was asked for; null: not known. */
  after: number | null = null,
): SharedFollower {
  let last = after;
  let state: LiveState = { status: "connecting" };
  let leading: (EventStream & { release: () => void }) | null = null;
  let silence: ReturnType<typeof setTimeout> | undefined;
  /** True while this tab waits for the lock. */
  let waiting = false;
  const left = new AbortController();

  const setState = (next: LiveState) => {
    state = next;
    listener.state(next);
  };

  /** Delivers an event once. A gap in the ids means that this tab missed events. */
  const take = (event: ProjectEvent) => {
    if (event.id !== null) {
      if (last !== null && event.id <= last) return;
      const gap = last === null || event.id > last + 1;
      last = event.id;
      if (gap) listener.resync(event.id);
    }
    listener.event(event);
  };

  const lead = () =>
    new Promise<void>((resolve) => {
      if (left.signal.aborted) return resolve();
      clearTimeout(silence);
      const stream = follow(
        {
          state: (next) => {
            // Do not show "connecting" while the lead changes: the page already has data.
            if (next.status === "connecting" && state.status === "live") return;
            setState(next);
            channel.post({ kind: "state", state: next, last });
          },
          event: (event) => {
            take(event);
            channel.post({ kind: "event", event });
          },
          resync: (head) => {
            last = head;
            listener.resync(head);
            channel.post({ kind: "state", state, last });
          },
        },
        last,
      );
      leading = { ...stream, release: resolve };
    });

  const resign = () => {
    leading?.stop();
    leading?.release();
    leading = null;
  };

  const stand = () => {
    if (waiting || left.signal.aborted) return;
    waiting = true;
    const begin = () => {
      waiting = false;
      return lead();
    };
    requestLock(begin, { signal: left.signal }).catch(lostLead);
  };

  const steal = () => requestLock(lead, { steal: true }).catch(lostLead);

  /** Another tab took the lead, or this tab is closing. */
  const lostLead = () => {
    resign();
    stand();
  };

  channel.listen((message) => {
    if (left.signal.aborted) return;
    if (message.kind === "hello") {
      if (leading) channel.post({ kind: "state", state, last });
      return;
    }
    if (leading) return;
    clearTimeout(silence);
    if (message.kind === "event") return take(message.event);
    setState(message.state);
    // The first message of a leader, or one that is ahead of what this tab saw.
    if (message.last !== null && (last === null || message.last > last)) {
      last = message.last;
      listener.resync(message.last);
    }
  });

  const greet = () => {
    channel.post({ kind: "hello" });
    clearTimeout(silence);
    silence = setTimeout(() => {
      if (!leading && !left.signal.aborted) void steal();
    }, SILENCE_MS);
  };

  listener.state(state);
  stand();
  greet();

  return {
    stop: () => {
      left.abort();
      clearTimeout(silence);
      resign();
      channel.close();
    },
    wake: () => {
      if (leading) leading.reconnect();
      else greet();
    },
    cut: () => leading?.cut(),
  };
}
