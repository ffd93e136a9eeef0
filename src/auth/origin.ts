/**
 * True where a request that carries a session cookie may write: it comes from a page of ours. Browsers send
 * Sec-Fetch-Site or, older ones, Origin with every write; a request with neither is no browser's.
 */
export function isOwnOrigin(headers: Headers, ownUrl: string): boolean {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  if (site && site !== "same-origin") return false;
  if (origin) {
    if (!URL.canParse(origin)) return false;
    return new URL(origin).host === headers.get("host") || origin === new URL(ownUrl).origin;
  }
  return site === "same-origin";
}
