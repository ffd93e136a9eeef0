/**
 * Invisible characters that mislead readers: they turn text around or hide in a name. The joiners U+200C and U+200D are
 * not among them, since scripts and emoji need them.
 */
export const UNSEEN =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

const mark = (char: string) =>
  `⟨U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;

/** The text with a mark such as ⟨U+202E⟩ in place of each misleading character. */
export function withMarks<T>(text: T): T {
  // Values that are not text are returned unchanged.
  if (typeof text !== "string") return text;
  return text.replace(UNSEEN, mark).replace(CONTROLS, mark) as T;
}

const NAMES = ["aria-label", "title", "alt"] as const;

/** Props of an element, with marks in those that name it to screen readers. */
export function withMarkedNames<P extends object>(props: P): P {
  const given: Partial<Record<string, unknown>> = { ...props };
  for (const name of NAMES) if (name in given) given[name] = withMarks(given[name]);
  return given as P;
}

/** `withMarks` for text whose other control characters are wanted, or were removed before. */
export function withTurnMarks(text: string): string {
  return text.replace(UNSEEN, mark);
}
