/**
 * Null where a request that carries a session cookie may write: it comes from a page of ours. Else what to tell its
 * sender. Browsers send Sec-Fetch-Site or, older ones and those on plain http, Origin with every write; a request
 * with neither is no browser's.
 */
export function refusalOfOrigin(headers: Headers, ownUrl: string): string | null {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  const own = new URL(ownUrl).origin;
  const isOwn = origin !== null && isOwnOrigin(origin, headers.get("host"), ownUrl);
  if (site && site !== "same-origin") return refusal(origin, own, site);
  if (isOwn || (origin === null && site === "same-origin")) return null;
  return refusal(origin, own, site);
}

/** Whether pages of `origin` are the board's own: by its address, or by the host that the request was sent to. */
export function isOwnOrigin(origin: string, host: string | null, ownUrl: string): boolean {
  return origin === new URL(ownUrl).origin || isOfHost(origin, host);
}

/** False for the origin `null` of a page that has none, also where there is no host to compare it with. */
function isOfHost(origin: string, host: string | null): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

const RULE =
  "A change by session cookie must come from Phaseboard's own pages. A program sends a token instead.";

/** Where the browser itself says that the page is the same origin's, a setting is wrong, or the proxy's. */
function refusal(origin: string | null, own: string, site: string | null): string {
  if (!origin || !URL.canParse(origin)) return RULE;
  const came = `This one came from ${new URL(origin).origin}, and Phaseboard takes itself to be ${own}.`;
  if (site === "cross-site" || site === "same-site") return `${RULE} ${came}`;
  return `${RULE} ${came} If that is your board's address, start it with NEXTAUTH_URL=${new URL(origin).origin}, or have the proxy in front of it pass the Host header on.`;
}
