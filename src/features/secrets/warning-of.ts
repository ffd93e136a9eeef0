/** A value shorter than this occurs in other text by chance. */
const SHORT = 8;
/** Letters of one case up to this length count as a word; longer ones are probably random. */
const WORD_LENGTH = 12;

const WORD = /^(?:\p{Lu}?\p{Ll}+|\p{Lu}+)$/u;
/** Numbers, dates, times, addresses and versions. */
const NUMBER = /^[+-]?\d[\d.,:/_ -]{0,15}$/;

/**
 * Why a value makes a poor secret, in words; null if nothing speaks against it. Each line is checked, since
 * each is masked separately. The value is set anyway.
 */
export function warningOf({ name, value }: { name: string; value: string }): string | null {
  const lines = value.split(/[\r\n]+/).map((line) => line.trim());
  const kinds = lines.filter((line) => line.length >= 4).map((line) => kindOf(line, lines.length === 1));
  const kind = kinds.find((found) => found !== null);
  if (kind === undefined || kind === null) return null;
  return `${name} is set, but ${lines.length === 1 ? "its value" : "a line of it"} is ${kind}, which other text holds by chance. Logs, outputs and messages of the project show *** wherever it stands, and a step's output that holds it is changed for the steps that read it. Use a longer value made by chance, or env where it is no secret.`;
}

function kindOf(line: string, isWhole: boolean): string | null {
  if (NUMBER.test(line)) return "a number or a date";
  if (line.length <= WORD_LENGTH && WORD.test(line)) return "a common word";
  // Only a value of one line can be too short: the last line of a key often is.
  return isWhole && line.length < SHORT ? `short (fewer than ${SHORT} characters)` : null;
}
