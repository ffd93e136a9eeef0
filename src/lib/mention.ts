/** A person named in a text, by their id: `<@id>`. Names change and are given twice, so texts keep the id. */
const MENTION = /<@([a-z][a-z0-9]{7,31})>/g;

/** The same as a regular expression of Postgres; its group is the id. */
export const MENTION_SQL = "<@([a-z][a-z0-9]{7,31})>";

/** The most people whom one text names with effect. */
export const MOST_MENTIONED = 50;

export const mentionOf = (id: string) => `<@${id}>`;

/** The ids of those whom the text names, each once. */
export function mentionedIn(text: string): string[] {
  return [...new Set([...text.matchAll(MENTION)].map(([, id = ""]) => id))];
}

/** The text with `write(id)` in place of each mention; where that gives null it stays as it is. */
export function withMentions(text: string, write: (id: string) => string | null): string {
  return text.replace(MENTION, (whole, id: string) => write(id) ?? whole);
}

/** The text in parts: what is between mentions, and those, each with its id. */
export function partsOfText(text: string): { text: string; id: string | null }[] {
  const parts: { text: string; id: string | null }[] = [];
  let at = 0;
  for (const match of text.matchAll(MENTION)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), id: null });
    parts.push({ text: match[0], id: match[1] ?? null });
    at = match.index + match[0].length;
  }
  if (at < text.length || parts.length === 0) parts.push({ text: text.slice(at), id: null });
  return parts;
}
