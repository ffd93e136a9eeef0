"use client";

import { trpc } from "../../../trpc/react";
import type { InboxView } from "../schema";

const PAGE = 50;

/**
 * The reader's inbox. Events tell of news at once; it is read each `interval_ms` besides, since of an answered question
 * only its own project tells, and when the reader returns to the page.
 */
export function useInbox(interval_ms: number, view: InboxView = "open") {
  return trpc.inbox.list.useInfiniteQuery(
    { limit: PAGE, view },
    {
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      refetchInterval: interval_ms,
      refetchOnWindowFocus: "always",
    },
  );
}
