import { registerCustomCSSVariableTheme, registerCustomLanguage } from "@pierre/diffs";
import type { CSSProperties } from "react";
import { GRAMMARS } from "../../../components/highlight";
import "../../../components/code.css";

const THEME = "phaseboard";
const TOKENS = [
  "token-constant",
  "token-string",
  "token-string-expression",
  "token-comment",
  "token-keyword",
  "token-parameter",
  "token-function",
  "token-punctuation",
  "token-link",
];
registerCustomCSSVariableTheme(
  THEME,
  // Nearer to the colour of plain text than elsewhere, since they stand on green and red too.
  Object.fromEntries(
    TOKENS.map((token) => [token, `color-mix(in oklab, var(--code-${token}) 60%, var(--ink))`]),
  ),
);

for (const [name, load] of Object.entries(GRAMMARS)) registerCustomLanguage(name, load);

/** The component's own names for what it draws, in the colours of the page. */
export const COLOURS = {
  "--diffs-light-bg": "var(--surface)",
  "--diffs-dark-bg": "var(--surface)",
  "--diffs-light": "var(--ink)",
  "--diffs-dark": "var(--ink)",
  "--diffs-font-family": "var(--font-mono)",
  "--diffs-header-font-family": "var(--font-sans)",
  "--diffs-font-size": "12.5px",
  "--diffs-line-height": "20px",
  "--diffs-foreground": "var(--ink)",
  "--diffs-background": "var(--surface)",
  "--diffs-bg-addition-override": "color-mix(in oklab, var(--done) 65%, var(--surface))",
  "--diffs-bg-deletion-override": "color-mix(in oklab, var(--failed) 65%, var(--surface))",
  "--diffs-addition-color-override": "var(--done)",
  "--diffs-deletion-color-override": "var(--failed)",
  "--diffs-modified-color-override": "var(--accent)",
  "--diffs-fg-number-override": "var(--muted)",
  "--diffs-bg-separator-override": "var(--sunken)",
  "--diffs-fg-number-addition-override": "var(--muted)",
  "--diffs-fg-number-deletion-override": "var(--muted)",
} as CSSProperties;

/** Files of more lines than this have neither colours nor marked words, which would take seconds. */
export const COLOURED_LINES = 3_000;
/** Its colours are those of the page, which differ by themselves; named twice, it follows the page's scheme. */
export const THEMES = { light: THEME, dark: THEME };
