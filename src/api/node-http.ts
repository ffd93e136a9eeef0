import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { finished, pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { givingWay, noteRequest } from "../lib/give-way";
import { logger } from "../lib/logger";
import { fileOf, requestOf } from "./raw";
import { findApiHandler } from "./routes";

/** How long, and for how many bytes, we go on taking what somebody sends who was answered before its end. */
const LINGER_MS = 2_000;
const LINGER_BYTES = 16 * 1024 * 1024;

/**
 * Answers a request under /api from Node's own server, ahead of Next, whose way through its router and
 * streams costs more than the answer. False where the request is Next's.
 */
export function answerApi(incoming: IncomingMessage, outgoing: ServerResponse): boolean {
  const { method = "GET", url = "/" } = incoming;
  const handler = findApiHandler(method, url.split("?", 1)[0] ?? url);
  if (!handler) return false;
  noteRequest();
  const gone = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const request = toRequest(incoming, method, url, gone.signal);
  if (!request) {
    outgoing.writeHead(400, { connection: "close" }).end();
    return true;
  }
  answer(handler, request, incoming, outgoing).catch((error: unknown) => {
    if (!gone.signal.aborted) logger.error({ err: error, url }, "an answer broke off");
    outgoing.destroy();
  });
  return true;
}

/** Null for a Host that is none, and for the methods that a web request cannot have, such as TRACE. */
function toRequest(
  incoming: IncomingMessage,
  method: string,
  url: string,
  signal: AbortSignal,
): Request | null {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const each of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, each);
  }
  try {
    const address = new URL(url, `http://${incoming.headers.host ?? "localhost"}`);
    return requestOf(incoming, address, { method, headers, signal });
  } catch {
    return null;
  }
}

type Handler = NonNullable<ReturnType<typeof findApiHandler>>;

async function answer(
  handler: Handler,
  request: Request,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const response = await handler(request);
  // The door has answered who sent too slowly.
  if (outgoing.headersSent) return void (await response.body?.cancel());
  outgoing.statusCode = response.status;
  outgoing.setHeaders(response.headers);
  const file = fileOf(response);
  if (file) return pipeline(file, givingWay, outgoing);
  if (response.headers.get("content-type")?.startsWith("application/json")) {
    const body = Buffer.from(await response.arrayBuffer());
    if (incoming.complete) outgoing.end(body);
    else await answerEarly(incoming, outgoing, body);
    return;
  }
  outgoing.flushHeaders();
  for await (const piece of response.body ?? []) {
    if (!outgoing.write(piece)) await once(outgoing, "drain", { signal: request.signal });
  }
  outgoing.end();
}

/**
 * Answers who is still sending. A connection that is closed with bytes unread is reset, which can take the
 * answer away from who has not read it yet: so what comes is thrown away for a moment, then it is cut.
 */
async function answerEarly(incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer): Promise<void> {
  outgoing.setHeader("connection", "close");
  outgoing.setHeader("content-length", body.length);
  outgoing.write(body);
  let left = LINGER_BYTES;
  incoming.on("data", (piece: Buffer) => {
    left -= piece.length;
    if (left < 0) incoming.pause();
  });
  incoming.resume();
  const over = new AbortController();
  const ended = finished(incoming, { writable: false, signal: over.signal }).catch(() => {});
  await Promise.race([ended, sleep(LINGER_MS, undefined, { signal: over.signal }).catch(() => {})]);
  over.abort();
  outgoing.end();
}
