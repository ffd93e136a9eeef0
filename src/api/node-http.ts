import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { logger } from "../lib/logger";
import { findApiHandler } from "./routes";

/**
 * Answers a request under /api from Node's own server, ahead of Next, whose way through its router and
 * streams costs more than the answer. False where the request is Next's.
 */
export function answerApi(incoming: IncomingMessage, outgoing: ServerResponse): boolean {
  const { method = "GET", url = "/" } = incoming;
  const handler = findApiHandler(method, url.split("?", 1)[0] ?? url);
  if (!handler) return false;
  const gone = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  answer(handler, toRequest(incoming, method, url, gone.signal), outgoing).catch((error: unknown) => {
    if (!gone.signal.aborted) logger.error({ err: error, url }, "an answer broke off");
    outgoing.destroy();
  });
  return true;
}

function toRequest(incoming: IncomingMessage, method: string, url: string, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const each of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, each);
  }
  const bodiless = method === "GET" || method === "HEAD";
  return new Request(new URL(url, `http://${incoming.headers.host ?? "localhost"}`), {
    method,
    headers,
    signal,
    ...(bodiless ? {} : { body: Readable.toWeb(incoming) as ReadableStream<Uint8Array>, duplex: "half" }),
  });
}

type Handler = NonNullable<ReturnType<typeof findApiHandler>>;

async function answer(handler: Handler, request: Request, outgoing: ServerResponse): Promise<void> {
  const response = await handler(request);
  outgoing.statusCode = response.status;
  outgoing.setHeaders(response.headers);
  if (response.headers.get("content-type")?.startsWith("application/json")) {
    outgoing.end(Buffer.from(await response.arrayBuffer()));
    return;
  }
  outgoing.flushHeaders();
  for await (const piece of response.body ?? []) {
    if (!outgoing.write(piece)) await once(outgoing, "drain", { signal: request.signal });
  }
  outgoing.end();
}
