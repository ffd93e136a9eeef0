import { type IncomingMessage, ServerResponse } from "node:http";
import { finished } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { LENGTH_HEADER } from "../../lib/request-headers";

/** How long, and for how many bytes, we go on taking what somebody sends who was answered before its end. */
const LINGER_MS = 2_000;
const LINGER_BYTES = 16 * 1024 * 1024;

/** An answer of the web server, whoever writes it: what holds for all of them is added as its head is sent. */
export class DoorResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  /** Headers of an answer that does not say them itself, more strictly. */
  defaults: Readonly<Record<string, string>> = {};

  override writeHead(...given: unknown[]): this {
    if (!this.headersSent) {
      for (const [name, value] of Object.entries(this.defaults))
        if (!this.hasHeader(name)) this.setHeader(name, value);
      const length = this.getHeader(LENGTH_HEADER);
      if (length !== undefined) this.setHeader("Content-Length", length);
      this.removeHeader(LENGTH_HEADER);
      if (isSending(this.req)) this.setHeader("Connection", "close");
    }
    return super.writeHead(...(given as [number]));
  }

  /** Where the door has answered (who sent too slowly), what a route says later counts for nothing. */
  override appendHeader(name: string, value: string | readonly string[]): this {
    return this.headersSent ? this : super.appendHeader(name, value);
  }

  /**
   * Ends the answer. A connection that is closed with bytes unread is reset, which can take the answer away from who
   * is still sending and has not read it: so what comes is thrown away for a moment, then it is cut.
   */
  override end(...given: unknown[]): this {
    if (!isSending(this.req)) return super.end(...(given as []));
    const callback = given.find((each) => typeof each === "function");
    if (typeof given[0] !== "function" && given[0] != null) this.write(given[0]);
    else this.flushHeaders();
    void drain(this.req).then(() => super.end(callback as () => void));
    return this;
  }

  /** Ends the answer and the connection, whatever is on its way. */
  cut(text: string): void {
    super.end(text, () => {
      if (!this.req.complete) this.req.destroy();
    });
  }
}

/** Whether there is a body of which not all has come. */
function isSending(incoming: IncomingMessage): boolean {
  return hasBody(incoming) && !incoming.complete && !incoming.destroyed;
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

async function drain(incoming: IncomingMessage): Promise<void> {
  let left = LINGER_BYTES;
  const take = () => {
    for (let piece = left > 0 && incoming.read(); piece; piece = left > 0 && incoming.read())
      left -= piece.length;
  };
  incoming.on("readable", take);
  take();
  const over = new AbortController();
  const { signal } = over;
  const ended = finished(incoming, { writable: false, signal }).catch(() => {});
  await Promise.race([ended, sleep(LINGER_MS, undefined, { signal }).catch(() => {})]);
  over.abort();
  incoming.off("readable", take);
}
