import { AsyncLocalStorage } from "node:async_hooks";
import type { Db } from "../db/client";
import type { LogSink } from "../engine/logs/sink";
import type { RunStore, Workspace } from "../engine/run/ports";
import { failpoint, isArmed } from "../lib/failpoint";
import type { Entry } from "../model/entry";
import type { MessageDesk } from "./agents/message-desk";
import type { PermissionDesk } from "./agents/permission-desk";
import type { AgentSessions } from "./agents/sessions";

/** Writes that are one transaction, with failpoints before it, before its commit and after it. */
const TRANSACTIONS = [
  "claim",
  "record.start",
  "record.kept",
  "record.result",
  "record.next",
  "record.end",
  "release",
  "release.remains",
  "comment",
  /** Its point `:after` comes once the agent's request was answered. */
  "permission",
  /** The transaction that brings an agent its messages, or ends its session with none. */
  "message",
  "session.stall",
  /** The transaction that takes over from a peer. */
  "heartbeat",
  /** The transaction that frees a claim which this process does not hold. */
  "look",
  "reconcile",
  "leave",
] as const;
/** Other writes, of one row or of files, with failpoints before and after. */
const SINGLE = [
  "join",
  "keep",
  "log.append",
  "log.file",
  "artifact.note",
  "session.name",
  "transcript",
  "clear",
  "describe",
  "finish",
  "mend-rows",
] as const;
/** While a file is written: its bytes are on disk under a temporary name. */
const FILE = "file:written";

/** All failpoints of a worker; a test kills a worker at each one. */
export const FAILPOINTS: readonly string[] = [
  ...TRANSACTIONS.flatMap((name) => [`${name}:before`, `${name}:commit`, `${name}:after`]),
  ...SINGLE.flatMap((name) => [`${name}:before`, `${name}:after`]),
  FILE,
];

type WriteName = (typeof TRANSACTIONS)[number] | (typeof SINGLE)[number];

const current = new AsyncLocalStorage<WriteName>();

/** Runs a write between its failpoints. */
export async function atFailpoints<T>(name: WriteName, work: () => Promise<T>): Promise<T> {
  if (!isArmed) return work();
  failpoint(`${name}:before`);
  const result = await current.run(name, work);
  failpoint(`${name}:after`);
  return result;
}

/** The database, with the failpoint before the commit for each write inside of `atFailpoints`. */
export function withCommitPoints(db: Db): Db {
  if (!isArmed) return db;
  const transaction: Db["transaction"] = (work, config) =>
    db.transaction(async (tx) => {
      const result = await work(tx);
      failpoint(`${current.getStore()}:commit`);
      return result;
    }, config);
  return Object.assign(Object.create(db), { transaction });
}

export function storeAtFailpoints(store: RunStore): RunStore {
  return {
    claim: (runId, first) => atFailpoints("claim", () => store.claim(runId, first)),
    load: store.load,
    confirm: store.confirm,
    keep: (...given) => atFailpoints("keep", () => store.keep(...given)),
    record: (claim, floor, entries) =>
      atFailpoints(nameOf(entries), () => store.record(claim, floor, entries)),
    release: (claim, options) => {
      const name = options?.remains?.length ? "release.remains" : "release";
      return atFailpoints(name, () => store.release(claim, options));
    },
  };
}

function nameOf(entries: Entry[]): WriteName {
  const has = (kind: Entry["kind"]) => entries.some((entry) => entry.kind === kind);
  if (has("finished")) return "record.end";
  if (has("ended")) return has("started") ? "record.next" : "record.result";
  return entries.length === 0 ? "record.kept" : "record.start";
}

export function sinkAtFailpoints(sink: LogSink): LogSink {
  return {
    ...sink,
    append: (...given) => atFailpoints("log.append", () => sink.append(...given)),
  };
}

export function sessionsAtFailpoints(sessions: AgentSessions): AgentSessions {
  return {
    ...sessions,
    name: (...given) => atFailpoints("session.name", () => sessions.name(...given)),
    stall: (...given) => atFailpoints("session.stall", () => sessions.stall(...given)),
    keep: (...given) => atFailpoints("transcript", () => sessions.keep(...given)),
  };
}

export function deskAtFailpoints(desk: PermissionDesk): PermissionDesk {
  return { ask: (...given) => atFailpoints("permission", () => desk.ask(...given)) };
}

export function messagesAtFailpoints(messages: MessageDesk): MessageDesk {
  return {
    ...messages,
    begin: (...given) => atFailpoints("message", () => messages.begin(...given)),
    next: (...given) => atFailpoints("message", () => messages.next(...given)),
  };
}

export function workspaceAtFailpoints(workspace: Workspace): Workspace {
  return {
    clear: (claim) => atFailpoints("clear", () => workspace.clear(claim)),
    abandon: (claim) => workspace.abandon(claim),
    describe: (claim) => atFailpoints("describe", () => workspace.describe(claim)),
    finish: (claim) => atFailpoints("finish", () => workspace.finish(claim)),
  };
}
