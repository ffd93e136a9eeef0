"use client";

import { useEffect, useRef, useState } from "react";

interface Stored {
  source: string;
  /** SHA-256 of the file from which the edit began; null for a new definition. */
  base: string | null;
  saved_at: string;
}

function read(key: string): Stored | null {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key) ?? "null");
    if (typeof stored !== "object" || stored === null) return null;
    const { source, base, saved_at } = stored as Partial<Stored>;
    return typeof source === "string" && typeof saved_at === "string"
      ? { source, base: typeof base === "string" ? base : null, saved_at }
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
 * back button loses nothing. `original` and its hash may change while the editor is open: an untouched text follows, a
 * changed one is then `overtaken`. `found` is the draft that existed when the editor opened.
 */
export function useDraft(key: string, original: string, hash: string | null) {
  const [source, setSource] = useState(original);
  const [base, setBase] = useState(hash);
  const [found, setFound] = useState<Stored | null>(null);
  /** The text that the editor showed as the file's own. */
  const shown = useRef(original);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a draft is looked for once, not at each change
  useEffect(() => {
    const stored = read(key);
    if (!stored || stored.source === original) return;
    setSource(stored.source);
    setBase(stored.base);
    setFound(stored);
  }, [key]);

  useEffect(() => {
    if (shown.current === original) return;
    const isUntouched = source === shown.current || source === original;
    shown.current = original;
    if (!isUntouched) return;
    setSource(original);
    setBase(hash);
  }, [original, hash, source]);

  const keep = (next: string, from: string | null) =>
    write(key, next === original ? null : { source: next, base: from, saved_at: new Date().toISOString() });
  const changed = source !== original;
  return {
    source,
    found,
    changed,
    /** SHA-256 of the file that this text replaces. */
    base,
    /** The file has changed since the edit began. */
    overtaken: changed && base !== null && base !== hash,
    change: (next: string) => {
      setSource(next);
      keep(next, base);
    },
    /** Goes on with one's own text although the file has changed. */
    insist: () => {
      setBase(hash);
      keep(source, hash);
    },
    discard: () => {
      setSource(original);
      setBase(hash);
      setFound(null);
      write(key, null);
    },
    /** Call after a save. */
    clear: () => write(key, null),
  };
}
