import { RE2JS } from "re2js";

const MAX_PATTERN_LENGTH = 1_000;
const MAX_PROGRAM_SIZE = 1_500;
/** Limit for the program's instructions times the text's characters; at most about 100 ms. */
const MAX_WORK = 4_000_000;

/** The pattern is refused, or the text is too long for it. */
export class SafeRegExpError extends Error {
  override readonly name = "SafeRegExpError";
}

/**
 * A regular expression from an untrusted author, matched in linear time by RE2: no look-around, no back-references. The
 * syntax is JavaScript's.
 */
export class SafeRegExp {
  private readonly compiled: RE2JS;
  /** Size of the compiled program, which is the cost of each character of a text. */
  readonly cost: number;

  /** Throws `SafeRegExpError` where the pattern is too large, malformed or needs back-tracking. */
  constructor(readonly source: string) {
    if (source.length > MAX_PATTERN_LENGTH) {
      throw new SafeRegExpError(`a pattern may have ${MAX_PATTERN_LENGTH} characters`);
    }
    try {
      this.compiled = RE2JS.compile(RE2JS.translateRegExp(source));
    } catch (error) {
      const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : "";
      throw new SafeRegExpError(`the pattern cannot be used: ${reason}`);
    }
    this.cost = this.compiled.programSize();
    if (this.cost > MAX_PROGRAM_SIZE) throw new SafeRegExpError("the pattern is too large once expanded");
  }

  /** Whether the pattern is found anywhere in `text`. Throws `SafeRegExpError` where the text is too long. */
  test(text: string): boolean {
    if (this.cost * text.length > MAX_WORK) {
      throw new SafeRegExpError(`a text of ${text.length} characters is too long for the pattern`);
    }
    return this.compiled.test(text);
  }

  /**
   * Beginning and end of each place in `text` that matches, at most `most` of them. Of a text that is too long only its
   * beginning is looked at.
   */
  matches(text: string, most: number): [number, number][] {
    const part = text.slice(0, Math.floor(MAX_WORK / this.cost));
    if (!this.compiled.test(part)) return [];
    const matcher = this.compiled.matcher(part);
    const found: [number, number][] = [];
    while (found.length < most && matcher.find()) found.push([matcher.start(), matcher.end()]);
    return found;
  }

  /** The same form as a RegExp's: compilers of schemas compare patterns by it. */
  toString(): string {
    return `/${this.source}/`;
  }
}
