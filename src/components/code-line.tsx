import type { CodeToken } from "./highlight";

/** One line of code in its pieces; `text` while those are not there. */
export function CodeLine({ tokens, text }: { tokens: CodeToken[] | undefined; text: string }) {
  if (!tokens) return text;
  return tokens.map(({ text: piece, colour }, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line never change their order
    <span key={at} style={{ color: colour }}>
      {piece}
    </span>
  ));
}
