"use client";

import { useEffect, useState } from "react";
import type { More } from "../../../components/use-more";
import type { Comment } from "../schema";

/** How many comments are searched automatically; then the reader has to press "show earlier". */
const MOST_SEARCHED = 2_000;

/**
 * State of the search for the comment in the address. `shown`: found; `reads`: earlier comments are being
 * loaded; `further`: the limit was reached or loading failed; `none`: there is no such comment.
 */
export type CommentSearch = "shown" | "reads" | "further" | "none";

/** `cursor` leads to earlier comments, null for none; `tried` is the last cursor that was read. */
export function searchFor(
  sought: string | null,
  comments: readonly { id: string }[],
  { cursor, tried, busy }: { cursor: string | null; tried: string | null; busy: boolean },
): CommentSearch | null {
  if (sought === null) return null;
  if (comments.some(({ id }) => id === sought)) return "shown";
  if (cursor === null) return "none";
  if (comments.length >= MOST_SEARCHED) return "further";
  return cursor === tried && !busy ? "further" : "reads";
}

/** Loads earlier comments until the one in the address is found; returns the state of that search. */
export function useSoughtComment(
  sought: string | null,
  comments: readonly Comment[],
  cursor: string | null,
  earlier: More | null,
): CommentSearch | null {
  const [tried, setTried] = useState<string | null>(null);
  const busy = earlier?.busy ?? false;
  const search = searchFor(sought, comments, { cursor, tried, busy });
  const reads = search === "reads" && !busy;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once a cursor, so that a failure is not asked again for ever
  useEffect(() => {
    if (!reads) return;
    setTried(cursor);
    earlier?.load();
  }, [reads, cursor]);
  return search;
}
