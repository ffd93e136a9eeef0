import { withMarks } from "../../lib/marks";

/** What a badge says, with its colour; white text on each has a contrast of at least 4.5 : 1. */
const LOOKS = {
  passing: "#1a7f37",
  failing: "#cf222e",
  "no runs": "#59636e",
  disabled: "#59636e",
  invalid: "#9a6700",
} as const;
export type BadgeStatus = keyof typeof LOOKS;

const MOST_CHARACTERS = 60;
const HEIGHT = 20;
const PADDING = 7;

/** A badge as others draw them: the name at the left, its status at the right. It has no script, style or link. */
export function badgeSvg(name: string, status: BadgeStatus): string {
  const characters = [...withMarks(name).replace(/\s+/g, " ")];
  const label =
    characters.length > MOST_CHARACTERS
      ? `${characters.slice(0, MOST_CHARACTERS - 1).join("")}…`
      : characters.join("");
  const [left, right] = [widthOf(label), widthOf(status)];
  const [leftBox, rightBox] = [left + 2 * PADDING, right + 2 * PADDING];
  const words = escaped(`${label}: ${status}`);
  // The text is made as long as was reckoned, whatever font there is.
  const text = (at: number, length: number, value: string) =>
    `<text x="${at + PADDING}" y="14" textLength="${length}" lengthAdjust="spacingAndGlyphs">${escaped(value)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${leftBox + rightBox}" height="${HEIGHT}" role="img" aria-label="${words}">`,
    `<title>${words}</title>`,
    `<clipPath id="r"><rect width="${leftBox + rightBox}" height="${HEIGHT}" rx="4"/></clipPath>`,
    `<g clip-path="url(#r)"><rect width="${leftBox}" height="${HEIGHT}" fill="#3d444d"/>`,
    `<rect x="${leftBox}" width="${rightBox}" height="${HEIGHT}" fill="${LOOKS[status]}"/></g>`,
    `<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">`,
    `${text(0, left, label)}${text(leftBox, right, status)}</g></svg>`,
  ].join("");
}

/** About as wide as Verdana at 11 px draws it. */
function widthOf(text: string): number {
  let width = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    width +=
      code > 0x2e7f ? 11 : /[ijlftrI.,:;'|!()[\]{} ]/.test(char) ? 4.2 : /[mwMW@%]/.test(char) ? 10.2 : 7;
  }
  return Math.max(1, Math.round(width));
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? "");
