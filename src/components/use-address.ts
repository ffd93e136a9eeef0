"use client";

import { useSearchParams } from "next/navigation";
import { useCallback } from "react";

type Changes = Record<string, string | null>;

/** `search` ("" or "?…") with the changes made; null takes a name out. */
export function changedSearch(search: string, changes: Changes): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") params.delete(name);
    else params.set(name, value);
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

/**
 * What the reader chose, held by the address, so that a link holds it too. `set` asks the server for nothing;
 * with `push` the back button takes the choice back.
 */
export function useAddress() {
  const params = useSearchParams();
  const get = useCallback((name: string) => params.get(name), [params]);
  const set = useCallback((changes: Changes, { push = false }: { push?: boolean } = {}) => {
    const url = `${window.location.pathname}${changedSearch(window.location.search, changes)}`;
    if (push) window.history.pushState(null, "", url);
    else window.history.replaceState(null, "", url);
  }, []);
  return { get, set };
}
