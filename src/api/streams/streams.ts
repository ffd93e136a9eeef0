import type { HubEvent } from "../../events/hub";
import { openTranscript } from "../../features/agents/open-transcript";
import { AgentSessionInput } from "../../features/agents/schema";
import type { EventFeed } from "../../features/events/queries/event-queue";
import { followAll } from "../../features/events/queries/follow-all";
import { followProject } from "../../features/events/queries/follow-project";
import { followLog } from "../../features/log/queries/follow-log";
import { type LogPiece, StepLogInput } from "../../features/log/schema";
import { followRunLog } from "../../features/runs/queries/follow-run-log";
import { RunLogInput } from "../../features/runs/schema";
import { AppError } from "../../lib/errors";
import { Id } from "../../lib/ids";
import { flag, inputOf } from "../../lib/input";
import { contextOf } from "../caller";
import { queryOf, refuseQuery } from "../rest/input";
import { fileResponse } from "../transfer/file-response";
import { eventStream, textStream } from "./event-stream";

/** It holds what a process wrote; no browser may take it for a page. */
const UNTRUSTED = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy": "sandbox; frame-ancestors 'none'",
};

/** Proxies such as nginx would hold back what comes in small pieces. */
const UNBUFFERED = { "x-accel-buffering": "no" };

/** Silence that a proxy may take for a dead connection. */
const PING_MS = 10_000;

const EventsQuery = inputOf({ named: flag(true) });

/** `GET /api/projects/{id}/events`: the project's events as server-sent events, after `Last-Event-ID`. */
export async function handleEvents(request: Request, project_id: string): Promise<Response> {
  const caller = await contextOf(request);
  const { named } = EventsQuery.parse(queryOf(new URL(request.url).searchParams));
  const last = request.headers.get("last-event-id");
  if (last && !/^\d{1,15}$/.test(last)) {
    throw new AppError("BAD_REQUEST", "Last-Event-ID must be the id of an event of this project.", [
      { path: "Last-Event-ID", message: "is not an event's id" },
    ]);
  }
  // An EventSource hears named events by their names alone, and its `onmessage` only those without one. To send
  // each both ways would give every other reader all of them twice.
  const feed = await followProject(caller, Id.parse(project_id), last ? Number(last) : null, request.signal);
  return eventStream(textStream(withPings(feed, named), feed.close));
}

/** `GET /api/events`: what happens from now on in all of one's projects. */
export async function handleAllEvents(request: Request): Promise<Response> {
  const caller = await contextOf(request);
  const { named } = EventsQuery.parse(queryOf(new URL(request.url).searchParams));
  const feed = await followAll(caller, request.signal);
  return eventStream(textStream(withPings(feed, named), feed.close));
}

/** The log's text; an empty line where it is silent for long, between two lines of its own. */
function withEmptyLines(next: () => Promise<string | null>): () => Promise<string | null> {
  let coming: Promise<string | null> | undefined;
  let isBetween = true;
  return async () => {
    for (;;) {
      coming ??= next();
      const text = await orSilence(coming);
      if (text === SILENCE) {
        if (isBetween) return "\n";
        continue;
      }
      coming = undefined;
      isBetween = text?.endsWith("\n") ?? true;
      return text;
    }
  };
}

/** The feed's events as server-sent ones; a comment where it is silent for long. */
function withPings(feed: EventFeed, isNamed: boolean): () => Promise<string | null> {
  let coming: Promise<HubEvent[] | null> | undefined;
  return async () => {
    coming ??= feed.next();
    const events = await orSilence(coming);
    if (events === SILENCE) return ": ping\n\n";
    coming = undefined;
    return events?.map((event) => encodeEvent(event, isNamed)).join("") ?? null;
  };
}

const SILENCE = Symbol("silence");

async function orSilence<T>(coming: Promise<T>): Promise<T | typeof SILENCE> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<typeof SILENCE>((resolve) => {
    timer = setTimeout(resolve, PING_MS, SILENCE);
  });
  try {
    return await Promise.race([coming, silence]);
  } finally {
    clearTimeout(timer);
  }
}

function encodeEvent({ id, type, json }: HubEvent, isNamed: boolean): string {
  const line = id === null ? "" : `id: ${id}\n`;
  const name = isNamed ? `event: ${type}\n` : "";
  return `${line}${name}data: {"id":${id},"type":"${type}","data":${json}}\n\n`;
}

const LogQuery = StepLogInput.omit({ id: true, type: true }).extend({ follow: flag(false) });

/** `GET /api/workflow-steps/{id}/logs/{type}`: a log as it is, with `?follow=1` until the attempt has ended. */
export async function handleLog(request: Request, id: string, type: string): Promise<Response> {
  const caller = await contextOf(request);
  const { follow, ...query } = LogQuery.parse(queryOf(new URL(request.url).searchParams));
  const input = StepLogInput.parse({ ...query, id, type });
  return answerLog(request, follow, (signal) => followLog(caller, { ...input, follow }, signal));
}

const RunLogQuery = RunLogInput.omit({ id: true }).extend({ follow: flag(false) });

/** `GET /api/workflow-executions/{id}/log`: what its definition's code printed, with `?follow=1` until the run has ended. */
export async function handleRunLog(request: Request, id: string): Promise<Response> {
  const caller = await contextOf(request);
  const { follow, ...query } = RunLogQuery.parse(queryOf(new URL(request.url).searchParams));
  const input = RunLogInput.parse({ ...query, id });
  return answerLog(request, follow, (signal) => followRunLog(caller, { ...input, follow }, signal));
}

type Pieces = AsyncGenerator<Pick<LogPiece, "text">, void>;

async function answerLog(
  request: Request,
  follow: boolean,
  read: (signal: AbortSignal) => Promise<Pieces>,
): Promise<Response> {
  const stop = new AbortController();
  const pieces = await read(AbortSignal.any([request.signal, stop.signal]));
  const next = nextText(pieces);
  const headers = { "content-type": "text/plain; charset=utf-8", ...UNTRUSTED, ...UNBUFFERED };
  return new Response(
    textStream(follow ? withEmptyLines(next) : next, () => stop.abort()),
    { headers },
  );
}

/** `GET /api/agent-sessions/{id}/transcript`: JSON lines of what it did so far. NOT_FOUND where the file is gone. */
export async function handleTranscript(request: Request, id: string): Promise<Response> {
  const caller = await contextOf(request);
  refuseQuery(request);
  const { stream } = await openTranscript(caller, AgentSessionInput.parse({ id }));
  return fileResponse(stream, {
    headers: { "content-type": "application/x-ndjson; charset=utf-8", ...UNTRUSTED },
  });
}

function nextText(pieces: Pieces): () => Promise<string | null> {
  return async () => {
    for (;;) {
      const { done, value } = await pieces.next();
      if (done) return null;
      if (value.text) return value.text;
    }
  };
}
