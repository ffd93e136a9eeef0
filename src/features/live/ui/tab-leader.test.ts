import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ProjectEvent } from "../../../events/catalog";
import type { ProjectStreamListener } from "./project-stream";
import { followShared, SILENCE_MS, type TabMessage } from "./tab-leader";

const event = (id: number): ProjectEvent => ({
  id,
  type: "workflow.execution.status_changed",
  data: { execution_id: "r", project_id: "p", status: "running" },
});

/** A browser: its tabs share one lock and one channel, and every leader follows the same server. */
function browser() {
  const tabs = new Set<(message: TabMessage) => void>();
  const streams = new Set<{ listener: ProjectStreamListener; after: number | null }>();
  let holder: { release: (reason?: Error) => void } | null = null;
  const queue: (() => void)[] = [];

  const next = () => {
    if (!holder) queue.shift()?.();
  };

  const open = () => {
    const seen: number[] = [];
    const resyncs: number[] = [];
    const states: string[] = [];
    let frozen = false;
    let hear: ((message: TabMessage) => void) | null = null;
    const follower = followShared(
      {
        channel: {
          post: (message) => {
            for (const tab of tabs) if (tab !== hear) tab(message);
          },
          listen: (on) => {
            hear = (message) => {
              if (!frozen) on(message);
            };
            tabs.add(hear);
          },
          close: () => {
            if (hear) tabs.delete(hear);
          },
        },
        requestLock: (lead, { signal, steal }) =>
          new Promise<void>((resolve, reject) => {
            const take = () => {
              if (signal?.aborted) return next();
              const mine = {
                release: (reason?: Error) => {
                  if (holder === mine) holder = null;
                  if (reason) reject(reason);
                  else resolve();
                  next();
                },
              };
              holder = mine;
              void lead().then(() => mine.release());
            };
            if (steal) {
              const before = holder;
              holder = null;
              take();
              before?.release(new Error("stolen"));
            } else {
              queue.push(take);
              next();
            }
          }),
        follow: (listener, after) => {
          const stream = { listener, after };
          streams.add(stream);
          if (after === null) listener.resync(0);
          listener.state({ status: "live" });
          return { stop: () => streams.delete(stream), reconnect: () => {}, cut: () => {} };
        },
      },
      {
        event: ({ id }) => id !== null && seen.push(id),
        resync: (head) => resyncs.push(head),
        state: ({ status }) => states.push(status),
      },
    );
    return {
      follower,
      seen,
      resyncs,
      states,
      freeze: (is: boolean) => {
        frozen = is;
      },
    };
  };

  return {
    open,
    streams,
    send: (id: number) => {
      for (const { listener, after } of streams) if (after === null || id > after) listener.event(event(id));
    },
  };
}

/** The lock is passed on in a later turn of the event loop. */
const settle = () => vi.advanceTimersByTimeAsync(0);

describe("followShared", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("opens one connection for all tabs, and all see each event once", async () => {
    const { open, streams, send } = browser();
    const [first, second] = [open(), open()];
    await settle();
    send(1);
    send(2);
    expect(streams.size).toBe(1);
    expect(first.seen).toEqual([1, 2]);
    expect(second.seen).toEqual([1, 2]);
    expect(second.states.at(-1)).toBe("live");
  });

  it("hands the lead on from the last id, without a gap or a double", async () => {
    const { open, streams, send } = browser();
    const [first, second] = [open(), open()];
    await settle();
    send(1);
    first.follower.stop();
    await settle();
    expect([...streams].map(({ after }) => after)).toEqual([1]);
    send(2);
    expect(second.seen).toEqual([1, 2]);
    expect(second.resyncs).toEqual([0]);
  });

  it("a tab that comes later reads the rows once it knows where the leader is", async () => {
    const { open, send } = browser();
    open();
    await settle();
    send(1);
    send(2);
    const late = open();
    await settle();
    expect(late.resyncs).toEqual([2]);
    send(3);
    expect(late.seen).toEqual([3]);
    expect(late.resyncs).toEqual([2]);
  });

  it("a tab that slept through events knows it and reads again", async () => {
    const { open, send } = browser();
    open();
    const sleeper = open();
    await settle();
    send(1);
    sleeper.freeze(true);
    send(2);
    sleeper.freeze(false);
    send(3);
    expect(sleeper.seen).toEqual([1, 3]);
    expect(sleeper.resyncs.at(-1)).toBe(3);
  });

  it("takes the lead from a leader that does not answer", async () => {
    const { open, streams, send } = browser();
    const asleep = open();
    await settle();
    send(1);
    asleep.freeze(true);
    const awake = open();
    await vi.advanceTimersByTimeAsync(SILENCE_MS + 1);
    expect(streams.size).toBe(1);
    send(2);
    expect(awake.seen).toEqual([2]);
    awake.follower.stop();
    asleep.freeze(false);
    await settle();
    expect(streams.size).toBe(1);
    expect([...streams].map(({ after }) => after)).toEqual([1]);
  });

  it("lets nothing be heard after it stopped", async () => {
    const { open, streams, send } = browser();
    const only = open();
    await settle();
    only.follower.stop();
    await settle();
    send(1);
    expect(streams.size).toBe(0);
    expect(only.seen).toEqual([]);
  });
});
