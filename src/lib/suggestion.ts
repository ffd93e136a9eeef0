const BLOCK = /^(`{3,})suggestion[ \t]*\r?\n((?:.*\n)*?)\1[ \t]*$/m;

/**
 * What a comment suggests in place of the lines that it is about, each with its line end; "" suggests to leave them out.
 * Undefined where it suggests nothing. Of several blocks the first counts.
 */
export const suggestionIn = (text: string): string | undefined =>
  BLOCK.exec(text.replaceAll("\r\n", "\n"))?.[2];

/** The lines as a block of a comment. Its fence is longer than any in them. */
export function suggestionOf(lines: string): string {
  const longest = Math.max(2, ...[...lines.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}suggestion\n${lines === "" ? "" : `${lines}\n`}${fence}`;
}
