/**
 * What has no picture of its own and yet changes what a reader sees: it turns text around, or hides in a name. The
 * joiners U+200C and U+200D stay, since scripts and emoji need them.
 */
export const UNSEEN =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

const mark = (char: string) =>
  `⟨U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;

/** The text with a mark such as ⟨U+202E⟩ in the place of each character that turns or hides what is around it. */
export function withMarks<T>(text: T): T {
  // What is shown in a name's place need not be text.
  if (typeof text !== "string") return text;
  return text.replace(UNSEEN, mark).replace(CONTROLS, mark) as T;
}

const NAMES = ["aria-label", "title", "alt"] as const;

/** Props of an element with marks in what names it to readers and screen readers. */
export function withMarkedNames<P extends object>(props: P): P {
  const given: Partial<Record<string, unknown>> = { ...props };
  for (const name of NAMES) if (name in given) given[name] = withMarks(given[name]);
  return given as P;
}

/** As `withMarks`, for text whose other control characters mean something, or were taken off. */
export function withTurnMarks(text: string): string {
  return text.replace(UNSEEN, mark);
}
