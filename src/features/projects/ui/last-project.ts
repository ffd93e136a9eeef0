/** Cookie with the slug of the project that was open last, for the home page. */
export const LAST_PROJECT_COOKIE = "phaseboard-project";

const MONTH_SECONDS = 30 * 24 * 60 * 60;

export function rememberProject(slug: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store interface exists on https alone
  document.cookie = `${LAST_PROJECT_COOKIE}=${encodeURIComponent(slug)}; path=/; max-age=${MONTH_SECONDS}; samesite=lax`;
}
