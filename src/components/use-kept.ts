"use client";

import { useCallback, useSyncExternalStore } from "react";

const watchers = new Set<() => void>();
/** What storage does not take lasts as long as the page. */
const memory = new Map<string, string>();

/** What this browser keeps by that key, as it is at this moment. */
export function readKept(key: string): string {
  const known = memory.get(key);
  if (known !== undefined) return known;
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

export function writeKept(key: string, text: string): void {
  memory.set(key, text);
  try {
    if (text === "") localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {}
  for (const watcher of watchers) watcher();
}

/** A text that this browser keeps, "" at first; all who show it see its changes. */
export function useKept(key: string): [string, (text: string) => void] {
  const text = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => readKept(key),
    () => "",
  );
  const keep = useCallback((next: string) => writeKept(key, next), [key]);
  return [text, keep];
}
