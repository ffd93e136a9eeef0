import Anser from "anser";
import { plainText, withoutControls, withoutEscapes } from "../../../lib/plain-text";

const ESC = "\u001b";

export interface StyledText {
  text: string;
  /** Class names from ansi.css; empty for plain text. */
  className: string;
  /** A colour outside the sixteen named ones, as "r, g, b". */
  color: string | null;
  background: string | null;
}

const NAMED = /^ansi-[a-z-]+$/;

function paletteIndex(name: string): number | null {
  const match = /^ansi-palette-(\d+)$/.exec(name);
  return match ? Number(match[1]) : null;
}

/** The red, green and blue of one of the 256 terminal colours from 16 on. */
function paletteColor(index: number): string {
  if (index >= 232) {
    const level = 8 + (index - 232) * 10;
    return `${level}, ${level}, ${level}`;
  }
  const cube = index - 16;
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  return [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level).join(", ");
}

function colorOf(name: string | null, truecolor: string | null): string | null {
  if (!name) return null;
  if (name === "ansi-truecolor") return truecolor;
  const index = paletteIndex(name);
  return index === null ? null : paletteColor(index);
}

/** A line split into pieces of one style. */
export function styledText(text: string): StyledText[] {
  if (!text.includes(ESC)) {
    return [{ text: plainText(text), className: "", color: null, background: null }];
  }
  // Keep only colours: cursor movements have no meaning in a page.
  const coloured = withoutEscapes(text, true);
  return Anser.ansiToJson(coloured, { json: true, use_classes: true, remove_empty: true }).map((entry) => {
    const color = colorOf(entry.fg, entry.fg_truecolor);
    const background = colorOf(entry.bg, entry.bg_truecolor);
    const classes = [
      ...(entry.fg && color === null && NAMED.test(entry.fg) ? [`fg-${entry.fg}`] : []),
      ...(entry.bg && background === null && NAMED.test(entry.bg) ? [`bg-${entry.bg}`] : []),
      ...entry.decorations.map((decoration) => `ansi-${decoration}`),
    ];
    return { text: withoutControls(entry.content), className: classes.join(" "), color, background };
  });
}
