"use client";

import { useState } from "react";

/** What a button that shows more needs; null where all is shown. */
export interface More {
  busy: boolean;
  load: () => void;
}

/** `read` puts what is at the cursor into what is shown. What it fails with is left to another press. */
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
