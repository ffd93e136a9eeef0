import type { ProjectEvent } from "../../../events/catalog";
import { backoffMs } from "./backoff";
import { type LiveState, OFFLINE_AFTER_MS } from "./live-state";

/** The API calls that the stream needs; none of them retries by itself. */
export interface StreamSource {
  /** The number of the newest event. */
  head(): Promise<number>;
  /** Opens a connection for the events after `after`; returns a function that closes it. */
  open(
    after: number,
    on: {
      started: () => void;
      event: (event: ProjectEvent) => void;
      /** The connection ended; `error` is null after an orderly end. `silentMs`: nothing was heard for so long before. */
      ended: (error: unknown, silentMs?: number) => void;
    },
  ): () => void;
  /** `final`: no retry can succeed. `stale`: the server does not know the last id. `again`: retry. */
  judge(error: unknown): Promise<"final" | "stale" | "again">;
}

export interface ProjectStreamListener {
  state(state: LiveState): void;
  event(event: ProjectEvent): void;
  /** Read the rows now: everything after `head` will come as events. */
  resync(head: number): void;
}

export interface EventStream {
  stop(): void;
  /** Retries now, since the network is back or the page is visible again. */
  reconnect(): void;
  /** Closes the connection, since the network is gone; it would notice only after missing pings. */
  cut(): void;
}

/**
 * One connection to a project's events that reconnects by itself and resumes from the last id it delivered.
 * With `after` null it starts at the newest event and asks for a resync.
 */
export function followEvents(
  source: StreamSource,
  listener: ProjectStreamListener,
  after: number | null,
): EventStream {
  let last = after;
  let tries = 0;
  let lostAt: number | null = null;
  let stopped = false;
  let close: (() => void) | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let offlineTimer: ReturnType<typeof setTimeout> | undefined;
  /** Number of the current connection, so that late callbacks of an older one are ignored. */
  let turn = 0;

  const drop = () => {
    turn += 1;
    clearTimeout(timer);
    close?.();
    close = null;
  };

  const lost = async (error: unknown, silentMs = 0) => {
    drop();
    const mine = turn;
    tries += 1;
    if (lostAt === null) {
      const since = Date.now() - silentMs;
      lostAt = since;
      listener.state({ status: "reconnecting" });
      offlineTimer = setTimeout(
        () => lostAt !== null && listener.state({ status: "offline", since }),
        Math.max(0, OFFLINE_AFTER_MS - silentMs),
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
        ended: (error, silentMs) => {
          if (current()) void lost(error, silentMs);
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
