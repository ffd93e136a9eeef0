"use client";

import { useState } from "react";

/** State of a "show more" button; null if everything is shown. */
export interface More {
  busy: boolean;
  load: () => void;
}

/** What this needs of a query that is read page by page. */
export interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** State of the button for the query's next page. */
export function moreOf({ hasNextPage, isFetchingNextPage, fetchNextPage }: Paged): More | null {
  return hasNextPage ? { busy: isFetchingNextPage, load: () => void fetchNextPage() } : null;
}

/** `read` adds the page at the cursor to what is shown. After a failure the person can press again. */
export function useMore(cursor: string | null, read: (cursor: string) => Promise<void>): More | null {
  const [busy, setBusy] = useState(false);
  if (cursor === null) return null;
  return {
    busy,
    load: () => {
      if (busy) return;
      setBusy(true);
      void read(cursor)
        .catch(() => undefined)
        .finally(() => setBusy(false));
    },
  };
}
