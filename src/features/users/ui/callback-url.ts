/** Where to go after sign-in when nothing better is known. */
export const HOME = "/";

/** The path to return to, if it is one of ours: another origin, or a script address, gives the home page. */
export function ownPath(callbackUrl: string | null | undefined, origin: string): string {
  if (!callbackUrl) return HOME;
  try {
    const url = new URL(callbackUrl, origin);
    if (url.origin !== new URL(origin).origin) return HOME;
    const path = `${url.pathname}${url.search}${url.hash}`;
    // "/\evil" and "//evil" are other hosts to a browser.
    return /^\/[/\\]/.test(path) || path.startsWith("/signin") ? HOME : path;
  } catch {
    return HOME;
  }
}
