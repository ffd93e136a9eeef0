"use client";

import { useSearchParams } from "next/navigation";
import { useCallback } from "react";

type Changes = Record<string, string | null>;

/** The query string `search` ("" or "?…") with changes applied; null removes a parameter. */
export function changedSearch(search: string, changes: Changes): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") params.delete(name);
    else params.set(name, value);
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

/** A link to this page with these parameters alone. */
export function linkTo(changes: Changes): string {
  const { origin, pathname } = window.location;
  return `${origin}${pathname}${changedSearch("", changes)}`;
}

/**
 * The reader's choices, kept in the address so that links contain them. `set` does not contact the server;
 * with `push` the back button undoes it.
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
