/** Below this a value stands in other text by chance. */
const SHORT = 8;
/** Letters in one case up to this are taken for a word; longer ones are more likely made by chance. */
const WORD_LENGTH = 12;

const WORD = /^(?:\p{Lu}?\p{Ll}+|\p{Lu}+)$/u;
/** Numbers, dates, times, addresses and versions. */
const NUMBER = /^[+-]?\d[\d.,:/_ -]{0,15}$/;

/**
 * Why a value makes a poor secret, for people; null where nothing is known against it. Each of its lines counts,
 * since each is masked by itself. The value is set nevertheless.
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
  // The last line of a key is short too.
  return isWhole && line.length < SHORT ? `short (fewer than ${SHORT} characters)` : null;
}
