import type { ClientOptions } from "./contract";
import { networkError, type PhaseboardError, refusalOf } from "./error";

type Send = typeof fetch;

/** How every request of a client is sent. */
export interface Http {
  /** Without a slash at its end. */
  url: string;
  /** Who asks; empty where the browser's session does. */
  authorization(): Promise<Record<string, string>>;
  /** Whether the caller gave a fetch of its own. */
  isCustom: boolean;
  fetch: Send;
  /** As fetch, but throws `PhaseboardError` where no answer comes, and the signal's reason once it aborts. */
  send(path: string, url: string, init: RequestInit): Promise<Response>;
}

export function createHttp({ url, token, fetch: customFetch }: ClientOptions): Http {
  const send: Send = customFetch ?? ((input, init) => globalThis.fetch(input, init));
  return {
    url: String(url).replace(/\/+$/, ""),
    isCustom: customFetch !== undefined,
    fetch: send,
    async authorization(): Promise<Record<string, string>> {
      const text = typeof token === "function" ? await token() : token;
      return text ? { authorization: `Bearer ${text}` } : {};
    },
    async send(path, target, init) {
      try {
        return await send(target, init);
      } catch (error) {
        init.signal?.throwIfAborted();
        throw networkError(error, path);
      }
    },
  };
}

/** The error that an answer other than a good one stands for. */
export async function refusal(response: Response, path: string): Promise<PhaseboardError> {
  return refusalOf(response.status, await response.text().catch(() => ""), path);
}
