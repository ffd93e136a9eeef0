"use client";

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { trpc } from "../../../trpc/react";
import { createLiveCache } from "./live-cache";
import { joinLive } from "./live-project";
import type { LiveState } from "./live-state";
import { readProgress, watchProgress } from "./progress-store";

const CONNECTING: LiveState = { status: "connecting" };
const still = () => () => {};

/** True once something of runs was read, by an earlier page maybe, of which events may have been missed since. */
const hasRuns = (queries: QueryClient) =>
  queries
    .getQueryCache()
    .getAll()
    .some(
      ({ queryKey, state }) => /^(runs|steps|board)/.test(String(queryKey[0])) && state.data !== undefined,
    );

/**
 * Keeps everything on screen about a project, or (null) about all of them, up to date while the caller is mounted. `head`: the newest event as the
 * server rendered the page, so what the page asks for needs no second reading once the connection stands.
 */
export function useLiveProject(project_id: string | null, head: number | null = null): LiveState {
  const queries = useQueryClient();
  const utils = trpc.useUtils();
  const begin = useRef(head);
  const [live, setLive] = useState<ReturnType<typeof joinLive> | null>(null);
  useEffect(() => {
    const after = hasRuns(queries) ? null : begin.current;
    const joined = joinLive(
      utils.client,
      project_id,
      () => createLiveCache(queries, utils, project_id),
      after,
    );
    setLive(joined);
    return () => {
      setLive(null);
      joined.leave();
    };
  }, [queries, utils, project_id]);
  return useSyncExternalStore(live?.watch ?? still, live?.read ?? (() => CONNECTING), () => CONNECTING);
}

/** The last output line of a running step; null before the first. */
export function useStepProgress(run_id: string, step_id: string | undefined): string | null {
  const id = step_id ?? "";
  return useSyncExternalStore(
    (listener) => watchProgress(run_id, id, listener),
    () => readProgress(run_id, id),
    () => null,
  );
}
