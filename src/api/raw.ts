import { Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";

/*
 * Megabytes take twice as long through web streams as through Node's own. A handler takes and gives web
 * requests and responses as all do; where Node's server is at both ends, the streams behind them are used.
 */

const bodies = new WeakMap<Request, Readable>();
const files = new WeakMap<Response, Readable>();

/** A web request that is read from `incoming` once somebody asks for its body. */
export function requestOf(
  incoming: Readable,
  url: URL,
  init: Pick<RequestInit, "method" | "headers" | "signal">,
): Request {
  const bodiless = init.method === "GET" || init.method === "HEAD";
  const request = new Request(url, {
    ...init,
    ...(bodiless ? {} : { body: webStream(incoming), duplex: "half" }),
  });
  bodies.set(request, incoming);
  return request;
}

/** The request's body as a stream of Node's. */
export function bodyOf(request: Request): Readable {
  const behind = bodies.get(request);
  if (behind) return behind;
  return request.body ? Readable.fromWeb(request.body as NodeReadableStream) : Readable.from([]);
}

/** An answer with a file; destroy the file where the answer is not sent. */
export function fileResponse(file: Readable, init: ResponseInit): Response {
  const response = new Response(webStream(file, true), init);
  files.set(response, file);
  return response;
}

/** The file behind an answer, null where there is none. */
export function fileOf(response: Response): Readable | null {
  return files.get(response) ?? null;
}

/** Nothing is read before it is asked for. With `owned` a reader that gives up closes the stream too. */
function webStream(stream: Readable, owned = false): ReadableStream<Uint8Array> {
  let pieces: AsyncIterator<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        pieces ??= stream.iterator({ destroyOnReturn: owned }) as AsyncIterator<Uint8Array>;
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        if (owned) stream.destroy();
        else await pieces?.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
