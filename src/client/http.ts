import type { ClientOptions } from "./contract";
import { networkError, type PhaseboardError, refusalOf } from "./error";

type Send = typeof fetch;

/** How a client sends its requests. */
export interface Http {
  /** Server address without a trailing slash. */
  url: string;
  /** The Authorization header; empty when the browser's session is used. */
  authorization(): Promise<Record<string, string>>;
  /** True if the caller passed a fetch of their own. */
  isCustom: boolean;
  fetch: Send;
  /** Like fetch, but throws `PhaseboardError` if no answer comes, and the signal's reason after an abort. */
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

/** The error for an unsuccessful response. */
export async function refusal(response: Response, path: string): Promise<PhaseboardError> {
  return refusalOf(response.status, await response.text().catch(() => ""), path);
}
