"use client";

import { useCallback, useSyncExternalStore } from "react";

const watchers = new Set<() => void>();
/** What storage does not take lasts as long as the page. */
const memory = new Map<string, string>();

function read(key: string): string {
  const known = memory.get(key);
  if (known !== undefined) return known;
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** A text that this browser keeps, "" at first; all who show it see its changes. */
export function useKept(key: string): [string, (text: string) => void] {
  const text = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => read(key),
    () => "",
  );
  const keep = useCallback(
    (next: string) => {
      memory.set(key, next);
      try {
        if (next === "") localStorage.removeItem(key);
        else localStorage.setItem(key, next);
      } catch {}
      for (const watcher of watchers) watcher();
    },
    [key],
  );
  return [text, keep];
}
