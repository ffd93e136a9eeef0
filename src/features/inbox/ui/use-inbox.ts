"use client";

import { trpc } from "../../../trpc/react";

const PAGE = 50;

/**
 * What waits for the reader. The events of the open project tell of its changes; those of the others are asked
 * for, each `interval_ms` and whenever the reader comes back.
 */
export function useInbox(interval_ms: number) {
  return trpc.inbox.list.useInfiniteQuery(
    { limit: PAGE },
    {
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      refetchInterval: interval_ms,
      refetchOnWindowFocus: "always",
    },
  );
}
