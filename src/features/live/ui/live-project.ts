import type { ProjectEvent } from "../../../events/catalog";
import type { trpc } from "../../../trpc/react";
import { channelLock } from "./channel-lock";
import type { LiveState } from "./live-state";
import { followEvents, type StreamSource } from "./project-stream";
import { followShared, type RequestLock, type SharedFollower, type TabChannel } from "./tab-leader";

type Client = ReturnType<typeof trpc.useUtils>["client"];

interface Sink {
  event(event: ProjectEvent): void;
  resync(): void;
  /** The connection is back after a loss; what was missed comes as events. */
  recover(): void;
  wake(): void;
  stop(): void;
}

/** Error codes for which a retry cannot succeed. */
const FINAL_CODES = new Set(["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"]);

function codeOf(error: unknown): string | undefined {
  const data = (error as { data?: { code?: string } | null } | null)?.data;
  return data?.code;
}

const JUDGE_MS = 5_000;

/** Milliseconds of silence after which tRPC gave the connection up; 0 where it was lost otherwise. */
const silenceOf = ({ message }: { message: string }) => Number(/^Timeout of (\d+)ms/.exec(message)?.[1] ?? 0);

/** Why a connection failed, which an EventSource does not say: `ask` is a plain request. */
const judgeBy =
  (ask: (signal: AbortSignal) => Promise<unknown>): StreamSource["judge"] =>
  async (error) => {
    const code = codeOf(error);
    if (code === "BAD_REQUEST") return "stale";
    if (code !== undefined) return FINAL_CODES.has(code) ? "final" : "again";
    try {
      // A server that stands still takes questions and answers none.
      await ask(AbortSignal.timeout(JUDGE_MS));
      return "again";
    } catch (answer) {
      const reason = codeOf(answer);
      return reason !== undefined && FINAL_CODES.has(reason) ? "final" : "again";
    }
  };

type Listening = Parameters<StreamSource["open"]>[1];

/** Closes the connection after any error: the browser's own reconnect has no back-off. */
const endedBy = (on: Listening) => ({
  onError: on.ended,
  onComplete: () => on.ended(null),
  onConnectionStateChange: ({ state, error }: { state: string; error: { message: string } | null }) => {
    if (state === "connecting" && error) on.ended(error, silenceOf(error));
  },
});

function sourceOfAll(client: Client): StreamSource {
  return {
    head: async () => 0,
    open: (_, on) => {
      const subscription = client.events.onAll.subscribe(undefined, {
        onStarted: on.started,
        onData: (value) => on.event("type" in value ? value : value.data),
        ...endedBy(on),
      });
      return () => subscription.unsubscribe();
    },
    judge: judgeBy((signal) => client.users.me.query(undefined, { signal })),
  };
}

function sourceOf(client: Client, project_id: string): StreamSource {
  return {
    head: async () => (await client.events.head.query({ project_id })).id,
    open: (after, on) => {
      const subscription = client.events.onProject.subscribe(
        { project_id, lastEventId: after },
        {
          onStarted: on.started,
          // Stored events come wrapped with their id, progress events do not.
          onData: (value) => on.event("type" in value ? value : value.data),
          ...endedBy(on),
        },
      );
      return () => subscription.unsubscribe();
    },
    judge: judgeBy((signal) => client.events.head.query({ project_id }, { signal })),
  };
}

function channelOf(name: string): TabChannel {
  const channel = new BroadcastChannel(name);
  return {
    post: (message) => channel.postMessage(message),
    listen: (on) => {
      channel.onmessage = ({ data }) => on(data);
    },
    close: () => channel.close(),
  };
}

function start(
  client: Client,
  project_id: string | null,
  listener: Parameters<typeof followShared>[1],
  after: number | null,
): SharedFollower {
  const source = project_id === null ? sourceOfAll(client) : sourceOf(client, project_id);
  const name = `phaseboard:events:${project_id ?? "all"}`;
  if (typeof BroadcastChannel === "undefined") {
    const stream = followEvents(source, listener, after);
    return { stop: stream.stop, wake: stream.reconnect, cut: stream.cut };
  }
  // Browsers offer Web Locks only on https and localhost.
  const lock = "locks" in navigator ? null : channelLock(new BroadcastChannel(`${name}:lock`));
  const requestLock: RequestLock =
    lock?.request ?? ((lead, options) => navigator.locks.request(name, options, lead));
  const shared = followShared(
    {
      channel: channelOf(name),
      requestLock,
      follow: (inner, from) => followEvents(source, inner, from),
    },
    listener,
    after,
  );
  return {
    ...shared,
    stop: () => {
      shared.stop();
      lock?.close();
    },
  };
}

/** Keep the connection this long after its last page, so that navigation does not reconnect. */
const LINGER_MS = 5_000;

interface Entry {
  users: number;
  state: LiveState;
  watchers: Set<() => void>;
  follower: SharedFollower;
  closing: ReturnType<typeof setTimeout> | undefined;
  end: () => void;
}

const entries = new Map<string | null, Entry>();

/**
 * Joins the project's live connection, or (null) that of all projects; the first caller opens it. `makeSink` is called only for that one. `after`: the
 * event behind which it begins; null: with what is newest, and everything is read again.
 */
export function joinLive(
  client: Client,
  project_id: string | null,
  makeSink: () => Sink,
  after: number | null = null,
): { watch: (watcher: () => void) => () => void; read: () => LiveState; leave: () => void } {
  const entry = entries.get(project_id) ?? open(client, project_id, makeSink(), after);
  entries.set(project_id, entry);
  entry.users += 1;
  clearTimeout(entry.closing);
  return {
    watch: (watcher) => {
      entry.watchers.add(watcher);
      return () => entry.watchers.delete(watcher);
    },
    read: () => entry.state,
    leave: () => {
      entry.users -= 1;
      if (entry.users > 0) return;
      entry.closing = setTimeout(() => {
        entry.end();
        entries.delete(project_id);
      }, LINGER_MS);
    },
  };
}

function open(client: Client, project_id: string | null, sink: Sink, after: number | null): Entry {
  const watchers = new Set<() => void>();
  let state: LiveState = { status: "connecting" };
  const follower = start(
    client,
    project_id,
    {
      state: (next) => {
        if (next.status === "live" && state.status !== "connecting") sink.recover();
        state = next;
        // Read again: the page's own requests then show why access was refused.
        if (next.status === "refused") sink.resync();
        for (const watcher of watchers) watcher();
      },
      event: sink.event,
      resync: sink.resync,
    },
    after,
  );
  const onWake = () => {
    if (document.visibilityState !== "visible") return;
    follower.wake();
    sink.wake();
  };
  document.addEventListener("visibilitychange", onWake);
  window.addEventListener("online", onWake);
  window.addEventListener("offline", follower.cut);
  return {
    users: 0,
    get state() {
      return state;
    },
    watchers,
    follower,
    closing: undefined,
    end: () => {
      document.removeEventListener("visibilitychange", onWake);
      window.removeEventListener("online", onWake);
      window.removeEventListener("offline", follower.cut);
      follower.stop();
      sink.stop();
    },
  };
}
