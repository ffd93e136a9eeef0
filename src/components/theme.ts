/** The person's choice; `system` follows the device. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** The server reads this cookie, so that the first paint has the right theme. */
export const THEME_COOKIE = "phaseboard-theme";
export const RAIL_COOKIE = "phaseboard-rail";

export function themeOf(cookie: string | undefined): Theme {
  return THEMES.find((theme) => theme === cookie) ?? "system";
}

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Remembers a display choice in a cookie. */
export function remember(cookie: typeof THEME_COOKIE | typeof RAIL_COOKIE, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store interface exists on https alone
  document.cookie = `${cookie}=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

/** Shows a theme at once and remembers it. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  remember(THEME_COOKIE, theme);
}
