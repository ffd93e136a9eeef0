import type { LogLine } from "./log-lines";

/** Indexes of the lines that contain a query; a line counts once. */
export interface LogHits {
  query: string;
  lines: number[];
  /** Lines searched so far. */
  seen: number;
}

/** The search stops at this many hits. */
export const HIT_LIMIT = 10_000;

export const NO_HITS: LogHits = { query: "", lines: [], seen: 0 };

/**
 * Searches the lines that `before` has not covered, or all of them for a new query. Lower case also matches
 * capitals; a query with a capital is case-sensitive. The last line is searched again, since it may grow.
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

/** Matches of `query` in `plain`, as [start, end) pairs. */
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

/** The hit after (1) or before (-1) line `current`, wrapping around; null if there are no hits. */
export function stepHit(hits: readonly number[], current: number | null, by: 1 | -1): number | null {
  if (hits.length === 0) return null;
  if (current === null) return (by === 1 ? hits[0] : hits.at(-1)) ?? null;
  const next = by === 1 ? hits.find((line) => line > current) : hits.findLast((line) => line < current);
  return next ?? (by === 1 ? hits[0] : hits.at(-1)) ?? null;
}
