"use client";

import { useEffect, useSyncExternalStore } from "react";
import { trpc } from "../../../trpc/react";
import type { ChangedSince } from "../schema";

/** So often a page that is seen says so; a visit ends some minutes after it was said last. */
const AGAIN_MS = 5 * 60_000;

export type Look = ChangedSince & { since: string };

/** What changed since the visit before, by the run's id, or the project's for its board. */
const looks = new Map<string, Look>();
const watchers = new Set<() => void>();

/** What changed since the reader looked at the run, or by a project's id its board; null at first, and until it is known. */
export function useLook(of: string): Look | null {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => looks.get(of) ?? null,
    () => null,
  );
}

/** Notes that the reader looks, while the page is open and seen. */
export function useNoteLook(project_id: string, run_id: string | null): void {
  const { client } = trpc.useUtils();
  const of = run_id ?? project_id;
  useEffect(() => {
    const note = async (isFirst: boolean) => {
      if (document.visibilityState !== "visible" && !isFirst) return;
      const changed = await client.looks.note.mutate({ project_id, run_id }).catch(() => null);
      // What comes while one looks is seen; only what came before is told.
      if (!isFirst || !changed) return;
      const { since } = changed;
      if (since === null) looks.delete(of);
      else looks.set(of, { ...changed, since });
      for (const watcher of watchers) watcher();
    };
    void note(true);
    const timer = setInterval(() => void note(false), AGAIN_MS);
    return () => clearInterval(timer);
  }, [client, project_id, run_id, of]);
}
