import type { LogLine } from "./log-lines";

/** Lines that hold a query, by index; a line that holds it twice is one hit. */
export interface LogHits {
  query: string;
  lines: number[];
  /** Lines looked through so far. */
  seen: number;
}

/** Hits beyond this are not counted: nobody steps through them. */
export const HIT_LIMIT = 10_000;

export const NO_HITS: LogHits = { query: "", lines: [], seen: 0 };

/**
 * Looks through the lines that `before` has not seen, or all of them for another query. Small letters find
 * capitals too; a capital in the query finds itself alone. The last line may still grow, so it is seen anew.
 */
export function searchLog(lines: readonly LogLine[], query: string, before: LogHits = NO_HITS): LogHits {
  if (query === "") return NO_HITS;
  const goesOn = before.query === query && before.seen <= lines.length;
  const from = goesOn ? Math.max(0, before.seen - 1) : 0;
  const hits = goesOn ? before.lines.filter((line) => line < from) : [];
  const exact = isExact(query);
  for (let index = from; index < lines.length && hits.length < HIT_LIMIT; index++) {
    const plain = lines[index]?.plain ?? "";
    if ((exact ? plain : plain.toLowerCase()).includes(query)) hits.push(index);
  }
  return { query, lines: hits, seen: lines.length };
}

const isExact = (query: string) => query !== query.toLowerCase();

/** Where `query` stands in `plain`, as [start, end) pairs. */
export function matchesIn(plain: string, query: string): [number, number][] {
  if (query === "") return [];
  const text = isExact(query) ? plain : plain.toLowerCase();
  const found: [number, number][] = [];
  for (
    let at = text.indexOf(query);
    at >= 0 && found.length < 200;
    at = text.indexOf(query, at + query.length)
  ) {
    found.push([at, at + query.length]);
  }
  return found;
}

/** The hit after (1) or before (-1) line `current`, round the ends; null where there is none. */
export function stepHit(hits: readonly number[], current: number | null, by: 1 | -1): number | null {
  if (hits.length === 0) return null;
  if (current === null) return (by === 1 ? hits[0] : hits.at(-1)) ?? null;
  const next = by === 1 ? hits.find((line) => line > current) : hits.findLast((line) => line < current);
  return next ?? (by === 1 ? hits[0] : hits.at(-1)) ?? null;
}
