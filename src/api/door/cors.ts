import type { IncomingMessage, ServerResponse } from "node:http";
import { isOwnOrigin } from "../../auth/origin";

const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
const REQUEST_HEADERS = [
  "authorization",
  "content-type",
  "idempotency-key",
  "last-event-id",
  "range",
  "if-none-match",
  "if-range",
].join(", ");
const ANSWER_HEADERS = [
  "accept-ranges",
  "content-disposition",
  "content-length",
  "content-range",
  "etag",
  "retry-after",
].join(", ");
const PREFLIGHT_SECONDS = "600";

/**
 * Lets pages of the origins read what the API answers to a token. A cookie never counts for them: it is taken
 * off, and browsers are not told that it may be sent. The board's own pages (`url` is its address) are no foreign ones,
 * also where somebody lists their origin. True where it answered a preflight.
 */
export function admitOrigin(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { corsOrigins: origins, url }: { corsOrigins: readonly string[]; url: string },
): boolean {
  if (origins.length === 0 || !incoming.url?.startsWith("/api/") || incoming.url.startsWith("/api/auth/"))
    return false;
  outgoing.setHeader("Vary", "Origin");
  const { origin, host = null } = incoming.headers;
  if (!origin || !origins.includes(origin) || isOwnOrigin(origin, host, url)) return false;
  delete incoming.headers.cookie;
  outgoing.setHeader("Access-Control-Allow-Origin", origin);
  outgoing.setHeader("Access-Control-Expose-Headers", ANSWER_HEADERS);
  if (incoming.method !== "OPTIONS" || !incoming.headers["access-control-request-method"]) return false;
  outgoing.setHeader("Access-Control-Allow-Methods", METHODS);
  outgoing.setHeader("Access-Control-Allow-Headers", REQUEST_HEADERS);
  outgoing.setHeader("Access-Control-Max-Age", PREFLIGHT_SECONDS);
  outgoing.writeHead(204).end();
  return true;
}
