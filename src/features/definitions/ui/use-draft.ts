"use client";

import { useEffect, useState } from "react";

interface Stored {
  source: string;
  /** The revision on which the text is based; null for a new definition. */
  base: number | null;
  saved_at: string;
}

function read(key: string): Stored | null {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key) ?? "null");
    if (typeof stored !== "object" || stored === null) return null;
    const { source, base, saved_at } = stored as Partial<Stored>;
    return typeof source === "string" && typeof saved_at === "string"
      ? { source, base: typeof base === "number" ? base : null, saved_at }
      : null;
  } catch {
    // Storage may be disabled or hold something unreadable; then there is no draft.
    return null;
  }
}

function write(key: string, draft: Stored | null): void {
  try {
    if (draft) sessionStorage.setItem(key, JSON.stringify(draft));
    else sessionStorage.removeItem(key);
  } catch {
    // Storage is disabled or full; the text is still on screen.
  }
}

/**
 * Keeps a text in this tab's storage until it is saved or discarded, so that a reload, a failed save or the
 * back button loses nothing. `found` is the draft that existed when the editor opened.
 */
export function useDraft(key: string, original: string, base: number | null) {
  const [source, setSource] = useState(original);
  const [found, setFound] = useState<Stored | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a draft is looked for once, not at each change
  useEffect(() => {
    const stored = read(key);
    if (!stored || stored.source === original) return;
    setSource(stored.source);
    setFound(stored);
  }, [key]);

  return {
    source,
    found,
    changed: source !== original,
    change: (next: string) => {
      setSource(next);
      write(
        key,
        next === original
          ? null
          : { source: next, base: found?.base ?? base, saved_at: new Date().toISOString() },
      );
    },
    discard: () => {
      setSource(original);
      setFound(null);
      write(key, null);
    },
    /** Call after a save. */
    clear: () => write(key, null),
  };
}
