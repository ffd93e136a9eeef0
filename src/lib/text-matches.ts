/** A text without capitals finds capitals too. */
export const isExact = (query: string) => query !== query.toLowerCase();

/** Where `query` stands in `text`, as beginnings and ends; at most `most` of them. */
export function textMatches(text: string, query: string, most: number): [number, number][] {
  if (query === "") return [];
  // Some capitals have lower-case forms of another length, by which places would move.
  const lower = isExact(query) ? text : text.toLowerCase();
  const searched = lower.length === text.length ? lower : text;
  const found: [number, number][] = [];
  let at = searched.indexOf(query);
  while (at >= 0 && found.length < most) {
    found.push([at, at + query.length]);
    at = searched.indexOf(query, at + query.length);
  }
  return found;
}
