/** A browser that lost the stream comes back after this, instead of its own 3 s. */
const RETRY = new TextEncoder().encode("retry: 250\n\n");

/** Answers with server-sent events: `body` behind the time to wait before a reconnect. */
export function eventStream(body: ReadableStream<Uint8Array>, given: HeadersInit = {}): Response {
  const headers = new Headers(given);
  headers.set("content-type", "text/event-stream; charset=utf-8");
  headers.set("cache-control", "no-cache, no-transform");
  // Proxies such as nginx would hold events back.
  headers.set("x-accel-buffering", "no");
  const reader = body.getReader();
  let opened = false;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!opened) {
        opened = true;
        controller.enqueue(RETRY);
        return;
      }
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(stream, { headers });
}

/**
 * A stream of the texts that `next` gives, until null. It is asked only when the reader takes; `close` is
 * called once, when the reader goes away or the texts end.
 */
export function textStream(
  next: () => Promise<string | null>,
  close: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      // The head of an answer goes out with its first piece; a log may stay silent for long.
      controller.enqueue(new Uint8Array());
    },
    async pull(controller) {
      try {
        const text = await next();
        if (text !== null) return controller.enqueue(encoder.encode(text));
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      close();
    },
    cancel: close,
  });
}
