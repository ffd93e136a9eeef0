import type { CodeToken } from "./highlight";

/** A line of code as coloured tokens, or as plain `text` while there are none. */
export function CodeLine({ tokens, text }: { tokens: CodeToken[] | undefined; text: string }) {
  if (!tokens) return text;
  return tokens.map(({ text: piece, colour }, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line never change their order
    <span key={at} style={{ color: colour }}>
      {piece}
    </span>
  ));
}
