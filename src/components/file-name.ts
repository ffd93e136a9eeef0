/** Signs that would break a line, and those that would write what follows from the other side. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Characters of the end that always stay in sight, besides the extension. */
const TAIL = 4;
const LONGEST_EXTENSION = 10;

/**
 * A file's name in two parts, of which the first may be cut short on screen: the second keeps the extension
 * and what tells `report-1.pdf` from `report-2.pdf`. What cannot be seen, or would turn the name around, is shown as ␣.
 */
export function splitFileName(name: string): { start: string; end: string } {
  const chars = [...name.replace(UNSEEN, "␣")];
  const dot = chars.lastIndexOf(".");
  const extension = dot > 0 && chars.length - dot <= LONGEST_EXTENSION ? chars.length - dot : 0;
  const at = Math.max(Math.ceil(chars.length / 2), chars.length - extension - TAIL);
  return { start: chars.slice(0, at).join(""), end: chars.slice(at).join("") };
}
