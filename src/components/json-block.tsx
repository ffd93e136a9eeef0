import { withMarks } from "../lib/marks";
import { cx } from "./cx";

interface Token {
  at: number;
  text: string;
  kind: "key" | "string" | "number" | "word" | "sign";
}

const TOKENS = /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

const LOOKS: Record<Token["kind"], string> = {
  key: "text-text",
  string: "text-done",
  number: "text-running",
  word: "text-paused",
  sign: "text-muted",
};

function tokensOf(json: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of json.matchAll(TOKENS)) {
    const [whole, string, colon, number] = match;
    if (match.index > end) tokens.push({ at: end, text: json.slice(end, match.index), kind: "sign" });
    end = match.index + whole.length;
    if (string === undefined) {
      tokens.push({ at: match.index, text: whole, kind: number === undefined ? "word" : "number" });
      continue;
    }
    tokens.push({ at: match.index, text: string, kind: colon === undefined ? "string" : "key" });
    if (colon !== undefined) tokens.push({ at: end - colon.length, text: colon, kind: "sign" });
  }
  if (end < json.length) tokens.push({ at: end, text: json.slice(end), kind: "sign" });
  return tokens;
}

/** Longer text is shown plain, since colours need an element for each token. */
const COLOUR_LIMIT = 100_000;

/** A value as indented, highlighted JSON. */
export function JsonBlock({
  value,
  label,
  className,
}: {
  value: unknown;
  label: string;
  className?: string;
}) {
  const json = JSON.stringify(value, null, 2) ?? "null";
  return (
    <section
      aria-label={withMarks(label)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className={cx("min-h-0 overflow-auto px-4 py-3 outline-offset-[-2px]", className)}
    >
      <pre className="font-mono text-code break-words whitespace-pre-wrap">
        {json.length > COLOUR_LIMIT
          ? json
          : tokensOf(json).map((token) => (
              <span key={token.at} className={LOOKS[token.kind]}>
                {token.text}
              </span>
            ))}
      </pre>
    </section>
  );
}
