/** Where to go after sign-in by default. */
export const HOME = "/";

/** The path to return to after sign-in; the home page for another origin or a script address. */
export function ownPath(callbackUrl: string | null | undefined, origin: string): string {
  if (!callbackUrl) return HOME;
  try {
    const url = new URL(callbackUrl, origin);
    if (url.origin !== new URL(origin).origin) return HOME;
    const path = `${url.pathname}${url.search}${url.hash}`;
    // Browsers read "/\evil" and "//evil" as other hosts.
    return /^\/[/\\]/.test(path) || path.startsWith("/signin") ? HOME : path;
  } catch {
    return HOME;
  }
}
