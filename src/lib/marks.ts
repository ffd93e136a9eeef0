/**
 * Invisible characters that mislead readers: they turn text around or hide in a name. The joiners U+200C and U+200D are
 * not among them, since scripts and emoji need them.
 */
export const UNSEEN =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** What `inSentence` gives: between marks that end where they began, nothing around them is turned. */
const APART_OR_UNSEEN = new RegExp(
  `\u2068(?=[^\u2066-\u2069]*${RIGHT_TO_LEFT.source})([^\u2066-\u2069]*)\u2069|${UNSEEN.source}`,
  "gu",
);

const mark = (char: string) =>
  `⟨U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;

/** The text with a mark such as ⟨U+202E⟩ in place of each misleading character. */
export function withMarks<T>(text: T): T {
  // Values that are not text are returned unchanged.
  if (typeof text !== "string") return text;
  return text
    .replace(APART_OR_UNSEEN, (found, inside?: string) =>
      inside === undefined ? mark(found) : inSentence(inside),
    )
    .replace(CONTROLS, mark) as T;
}

/**
 * What somebody wrote, as a part of a longer text: words from right to left are set apart, so that what stands beside them,
 * such as a number, stays where it is.
 */
export function inSentence(text: string): string {
  const marked = text.replace(UNSEEN, mark);
  return RIGHT_TO_LEFT.test(text) ? `\u2068${marked}\u2069` : marked;
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
