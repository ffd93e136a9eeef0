"use client";

import { useState } from "react";

/** State of a "show more" button; null if everything is shown. */
export interface More {
  busy: boolean;
  load: () => void;
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
