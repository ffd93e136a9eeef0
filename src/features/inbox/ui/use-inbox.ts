"use client";

import { trpc } from "../../../trpc/react";

const PAGE = 50;

/**
 * The reader's inbox. Live events update it for the open project; for the other projects it is polled, each
 * `interval_ms` and when the reader returns to the page.
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
