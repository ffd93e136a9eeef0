"use client";

import { useMemo, useSyncExternalStore } from "react";
import { trpc } from "../../../trpc/react";
import { type Client, type FeedPhase, LogFeed, type LogOf } from "./log-feed";

export interface WholeLog {
  phase: FeedPhase;
  message: string | null;
  /** Changes with each piece. */
  version: number;
}

const NOTHING: WholeLog = { phase: "waiting", message: null, version: 0 };

/** A log that is followed from its beginning while somebody listens. Listeners are called at most once a frame. */
class FollowedLog {
  private readonly listeners = new Set<() => void>();
  private readonly feed: LogFeed;
  private snapshot = NOTHING;
  private frame: number | undefined;

  constructor(client: Client, of: LogOf, reader: { push(jsonl: string): void }) {
    this.feed = new LogFeed(client, of, (jsonl) => {
      reader.push(jsonl);
      this.frame ??= requestAnimationFrame(() => {
        this.frame = undefined;
        const { phase, message } = this.feed;
        this.snapshot = { phase, message, version: this.snapshot.version + 1 };
        for (const listener of this.listeners) listener();
      });
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    this.feed.start();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.feed.stop();
    };
  };

  readonly read = (): WholeLog => this.snapshot;
}

const subscribeToNothing = () => () => {};
const readNothing = () => NOTHING;

/** Follows an attempt's log from its beginning into `reader` while `active`. */
export function useWholeLog(
  stepId: string,
  attempt: number,
  reader: { push(jsonl: string): void } | null,
  active: boolean,
): WholeLog {
  const { client } = trpc.useUtils();
  const log = useMemo(
    () => (reader ? new FollowedLog(client, { id: stepId, attempt }, reader) : null),
    [client, stepId, attempt, reader],
  );
  const subscribe = (active ? log?.subscribe : null) ?? subscribeToNothing;
  return useSyncExternalStore(subscribe, log?.read ?? readNothing, readNothing);
}
