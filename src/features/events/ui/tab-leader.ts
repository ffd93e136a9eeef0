import type { ProjectEvent } from "../../../events/catalog";
import type { LiveState } from "./live-state";
import type { EventStream, StreamListener } from "./project-stream";

/**
 * One tab leads: it holds the lock and the connection, and tells the others what comes. Terms: the leader is
 * the tab that holds the lock; a follower waits for it. Every tab keeps the last id it saw, so whoever leads
 * next goes on from there. Ids have no gap, so a tab that missed one knows it and reads the rows again.
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

/** Runs `lead` while the lock is held; `lead` resolves to give it up. Rejects when another tab took it. */
export type RequestLock = (
  lead: () => Promise<void>,
  options: { signal?: AbortSignal; steal?: boolean },
) => Promise<void>;

export interface TabEnvironment {
  channel: TabChannel;
  requestLock: RequestLock;
  /** Starts the connection; as `followEvents`. */
  follow: (listener: StreamListener, after: number | null) => EventStream;
}

/** A leader that does not answer for this long (milliseconds) has been put to sleep by its browser. */
export const SILENCE_MS = 4_000;

export interface SharedFollower {
  stop(): void;
  /** The page is looked at or online again: makes sure that somebody leads. */
  wake(): void;
  /** The network is gone. */
  cut(): void;
}

export function followShared(
  { channel, requestLock, follow }: TabEnvironment,
  listener: StreamListener,
): SharedFollower {
  let last: number | null = null;
  let state: LiveState = { status: "connecting" };
  let leading: (EventStream & { release: () => void }) | null = null;
  let silence: ReturnType<typeof setTimeout> | undefined;
  /** True while this tab stands in the lock's queue. */
  let waiting = false;
  const left = new AbortController();

  const setState = (next: LiveState) => {
    state = next;
    listener.state(next);
  };

  /** Hands an event on once; a gap means that this tab slept through some. */
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
            // A page that already shows data need not blink when the lead changes hands.
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

  /** Another tab took the lead, or this one is closing. */
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
    // The first word of the leader, or a step past what this tab saw.
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
