/** Postgres takes longer ones; nobody types them. */
const MAX_WORD = 64;
/** Of one run: more words than this are noise. */
const MAX_WORDS = 2_000;

/** The words of a text in lower case, each once: runs of letters and digits, and the parts of `camelCase`. */
export function wordsOf(text: string): string[] {
  const words = new Set<string>();
  for (const [whole] of text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    add(words, whole);
    const parts = whole.split(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u);
    if (parts.length > 1) for (const part of parts) add(words, part);
    if (words.size >= MAX_WORDS) break;
  }
  return [...words];
}

function add(words: Set<string>, word: string): void {
  const chars = [...word.normalize("NFKC").toLowerCase()];
  words.add(chars.slice(0, MAX_WORD).join(""));
}

/**
 * A query of Postgres' full text for what a person typed: each word is in it, or begins one that is. Null where there is no
 * word of at least two characters, which would be in nearly everything. The words hold letters and digits alone.
 */
export function tsqueryOf(text: string): string | null {
  const typed = [...text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].map(([word]) =>
    [...word.normalize("NFKC").toLowerCase()].slice(0, MAX_WORD).join(""),
  );
  if (!typed.some((word) => word.length > 1)) return null;
  return [...new Set(typed)]
    .slice(0, 20)
    .map((word) => `'${word}':*`)
    .join(" & ");
}
