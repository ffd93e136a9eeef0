import type { ProjectEvent } from "../../../events/catalog";
import { backoffMs } from "./backoff";
import { type LiveState, OFFLINE_AFTER_MS } from "./live-state";

/** What the stream asks of the API; one try each. */
export interface StreamSource {
  /** The number of the newest event. */
  head(): Promise<number>;
  /** Opens one connection that gives the events after `after`; returns how to close it. */
  open(
    after: number,
    on: {
      started: () => void;
      event: (event: ProjectEvent) => void;
      /** The connection is gone; `error` where it was not closed in peace. */
      ended: (error: unknown) => void;
    },
  ): () => void;
  /** `final` where no later try can succeed, `stale` where the server does not know the last id. */
  judge(error: unknown): Promise<"final" | "stale" | "again">;
}

export interface StreamListener {
  state(state: LiveState): void;
  event(event: ProjectEvent): void;
  /** Everything after `head` will come as events: read the rows now. */
  resync(head: number): void;
}

export interface EventStream {
  stop(): void;
  /** The network is back, or the page is looked at again: no reason to wait out the pause. */
  reconnect(): void;
  /** The network is gone; a connection would notice only when its pings stay out. */
  cut(): void;
}

/**
 * One connection to a project's events that comes back by itself, from the last id it handed on. With
 * `after` null it starts at the newest event and asks for a resync.
 */
export function followEvents(
  source: StreamSource,
  listener: StreamListener,
  after: number | null,
): EventStream {
  let last = after;
  let tries = 0;
  let lostAt: number | null = null;
  let stopped = false;
  let close: (() => void) | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let offlineTimer: ReturnType<typeof setTimeout> | undefined;
  /** Raised with each connection, so that a late word of an old one is not heard. */
  let turn = 0;

  const drop = () => {
    turn += 1;
    clearTimeout(timer);
    close?.();
    close = null;
  };

  const lost = async (error: unknown) => {
    drop();
    const mine = turn;
    tries += 1;
    if (lostAt === null) {
      const since = Date.now();
      lostAt = since;
      listener.state({ status: "reconnecting" });
      offlineTimer = setTimeout(
        () => lostAt !== null && listener.state({ status: "offline", since }),
        OFFLINE_AFTER_MS,
      );
    }
    const verdict = error === null ? "again" : await source.judge(error);
    if (stopped || mine !== turn) return;
    if (verdict === "final") {
      clearTimeout(offlineTimer);
      stopped = true;
      listener.state({ status: "refused" });
      return;
    }
    if (verdict === "stale") last = null;
    timer = setTimeout(() => void connect(), backoffMs(tries));
  };

  const connect = async () => {
    drop();
    const mine = turn;
    const current = () => !stopped && mine === turn;
    try {
      if (last === null) {
        const head = await source.head();
        if (!current()) return;
        last = head;
        listener.resync(head);
      }
      close = source.open(last, {
        started: () => {
          if (!current()) return;
          tries = 0;
          lostAt = null;
          clearTimeout(offlineTimer);
          listener.state({ status: "live" });
        },
        event: (event) => {
          if (!current()) return;
          if (event.id !== null) {
            if (last !== null && event.id <= last) return;
            last = event.id;
          }
          listener.event(event);
        },
        ended: (error) => {
          if (current()) void lost(error);
        },
      });
    } catch (error) {
      if (current()) void lost(error);
    }
  };

  listener.state({ status: "connecting" });
  void connect();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(offlineTimer);
      drop();
    },
    reconnect: () => {
      if (!stopped && lostAt !== null) {
        tries = 0;
        void connect();
      }
    },
    cut: () => {
      if (!stopped && lostAt === null) void lost(null);
    },
  };
}
