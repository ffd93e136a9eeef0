import { mentionOf, withMentions } from "../../../lib/mention";

export interface Person {
  id: string;
  name: string;
}

/** How people are written in a field: by names of which no two are the same. */
export interface MentionNames {
  people: readonly Person[];
  /** A stored text as it is typed: `<@id>` is `@Name`. */
  typed: (stored: string) => string;
  /** A typed text as it is stored. */
  stored: (typed: string) => string;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** `members` have an e-mail, which tells two of the same name apart; `known` are those whom the text names already. */
export function mentionNames(
  members: readonly (Person & { email: string })[],
  known: readonly Person[] = [],
): MentionNames {
  const byName = new Map<string, Person>();
  for (const { id, name, email } of members) {
    const plain = name.replace(/\s+/g, " ").trim();
    const own = byName.has(plain) ? `${plain} (${email})` : plain;
    byName.set(own, { id, name: own });
  }
  const ids = new Set([...byName.values()].map(({ id }) => id));
  for (const { id, name } of known) if (!ids.has(id) && !byName.has(name)) byName.set(name, { id, name });
  const people = [...byName.values()];
  const names = new Map(people.map(({ id, name }) => [id, name]));
  // The longest first, so that "Ann Lee" is not taken for "Ann".
  const choice = [...byName.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const pattern =
    choice.length > 0
      ? new RegExp(`(?<![\\p{L}\\p{N}_.@])@(${choice.join("|")})(?![\\p{L}\\p{N}_])`, "gu")
      : null;
  return {
    people,
    typed: (stored) =>
      withMentions(stored, (id) => {
        const name = names.get(id);
        return name === undefined ? null : `@${name}`;
      }),
    stored: (typed) =>
      pattern
        ? typed.replace(pattern, (whole, name: string) => {
            const person = byName.get(name);
            return person ? mentionOf(person.id) : whole;
          })
        : typed,
  };
}

const MOST_OFFERED = 6;

/** The people whose name fits what stands behind the `@` at the caret, and where that begins; null where there is none. */
export function offered(
  { people }: MentionNames,
  typed: string,
  caret: number,
): { from: number; people: Person[] } | null {
  const match = /(?:^|[\s(])@([^\n@]{0,40})$/u.exec(typed.slice(0, caret));
  if (!match) return null;
  const begun = (match[1] ?? "").toLowerCase();
  const fitting = people.filter(({ name }) => {
    const lower = name.toLowerCase();
    return lower !== begun && (lower.startsWith(begun) || lower.includes(` ${begun}`));
  });
  if (fitting.length === 0) return null;
  return { from: caret - begun.length - 1, people: fitting.slice(0, MOST_OFFERED) };
}
