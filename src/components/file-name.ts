/** Characters that would break a line, and those that reverse the direction of the text after them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Characters at the end that always stay visible, besides the extension. */
const TAIL = 4;
const LONGEST_EXTENSION = 10;

/**
 * Splits a file name in two; only the first part may be shortened on screen, so the extension and the end of
 * the name stay. Invisible characters and those that change text direction become ␣.
 */
export function splitFileName(name: string): { start: string; end: string } {
  const chars = [...name.replace(UNSEEN, "␣")];
  const dot = chars.lastIndexOf(".");
  const extension = dot > 0 && chars.length - dot <= LONGEST_EXTENSION ? chars.length - dot : 0;
  const at = Math.max(Math.ceil(chars.length / 2), chars.length - extension - TAIL);
  return { start: chars.slice(0, at).join(""), end: chars.slice(at).join("") };
}
