import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Half a year; a board that goes back to http is found again after it. */
const HSTS = "max-age=15552000";

/** What an answer that is no page may do in a browser: nothing. Those that need more say so themselves. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'";

/** Of every answer, whatever was asked. */
export const SAFE_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Content-Security-Policy": NOTHING,
};

export interface Surroundings {
  /** The board is reached by https. */
  isSecure: boolean;
  /** Under `npm run dev` pages evaluate what changes. */
  isDev: boolean;
}

/**
 * What an answer says to browsers where whoever answers does not say it more strictly. A page's scripts carry a
 * nonce, which Next reads from the request's policy and writes into what it renders.
 */
export function safeHeaders(
  incoming: IncomingMessage,
  { isSecure, isDev }: Surroundings,
): Record<string, string> {
  const headers = { ...SAFE_HEADERS, ...(isSecure ? { "Strict-Transport-Security": HSTS } : {}) };
  // A client's own would be taken for ours.
  delete incoming.headers["content-security-policy"];
  delete incoming.headers["content-security-policy-report-only"];
  if (!isPage(incoming.url ?? "/")) return headers;
  const policy = pagePolicy(randomBytes(16).toString("base64"), isDev);
  incoming.headers["content-security-policy"] = policy;
  return { ...headers, "Content-Security-Policy": policy };
}

const isPage = (url: string) => !/^\/(?:api|_next\/static)\//.test(url);

/** Styles are inline where React and the editor set them; they cannot run anything. */
function pagePolicy(nonce: string, isDev: boolean): string {
  return [
    "default-src 'self'",
    // Browsers that know `strict-dynamic` take no script by its address, so nothing that was uploaded runs.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDev ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "media-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
