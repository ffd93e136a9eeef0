"use client";

import { useEffect, useState } from "react";
import type { More } from "../../../components/use-more";
import type { Comment } from "../schema";
import { type CommentSearch, searchFor } from "./sought-comment";

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
