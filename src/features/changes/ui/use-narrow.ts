"use client";

import { useSyncExternalStore } from "react";

const NARROW = "(width < 48rem)";

/** Whether the screen is a phone's, as the page is laid out for it. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = window.matchMedia(NARROW);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => window.matchMedia(NARROW).matches,
    () => false,
  );
}
