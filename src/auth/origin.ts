/**
 * Why a request with a session cookie may not write; null if it comes from our own page. Browsers send
 * Sec-Fetch-Site or, if older or on plain http, Origin with every write; a request with neither is not from a
 * browser.
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

/** True for the board's own origin: the configured address, or the host to which the request was sent. */
export function isOwnOrigin(origin: string, host: string | null, ownUrl: string): boolean {
  return origin === new URL(ownUrl).origin || isOfHost(origin, host);
}

/** Compares host names. False for the origin `null`, even if the request has no host. */
function isOfHost(origin: string, host: string | null): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

const RULE =
  "A change by session cookie must come from Phaseboard's own pages. A program sends a token instead.";

/** If the browser says same-origin and the check still fails, the address setting or the proxy is wrong. */
function refusal(origin: string | null, own: string, site: string | null): string {
  if (!origin || !URL.canParse(origin)) return RULE;
  const came = `This one came from ${new URL(origin).origin}, and Phaseboard takes itself to be ${own}.`;
  if (site === "cross-site" || site === "same-site") return `${RULE} ${came}`;
  return `${RULE} ${came} If that is your board's address, start it with NEXTAUTH_URL=${new URL(origin).origin}, or have the proxy in front of it pass the Host header on.`;
}
