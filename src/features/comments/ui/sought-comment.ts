/** Comments that are read in search of one; beyond them the reader goes on by hand. */
const MOST_SEARCHED = 2_000;

/**
 * Where the search for the comment that the address names stands: it is shown; the comments before the cursor are to
 * be read; it is further up than is searched without being asked, or they could not be read; or there is none.
 */
export type Search = "shown" | "reads" | "further" | "none";

/** `cursor` is where earlier comments are, null for none; `tried` the one that was read from last. */
export function searchFor(
  sought: string | null,
  comments: readonly { id: string }[],
  { cursor, tried, busy }: { cursor: string | null; tried: string | null; busy: boolean },
): Search | null {
  if (sought === null) return null;
  if (comments.some(({ id }) => id === sought)) return "shown";
  if (cursor === null) return "none";
  if (comments.length >= MOST_SEARCHED) return "further";
  return cursor === tried && !busy ? "further" : "reads";
}
