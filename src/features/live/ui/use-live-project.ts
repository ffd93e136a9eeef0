"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { trpc } from "../../../trpc/react";
import { createLiveCache } from "./live-cache";
import { joinLive } from "./live-project";
import type { LiveState } from "./live-state";
import { readProgress, watchProgress } from "./progress-store";

const CONNECTING: LiveState = { status: "connecting" };
const still = () => () => {};

/** Keeps everything on screen about a project up to date while the caller is mounted. */
export function useLiveProject(project_id: string): LiveState {
  const queries = useQueryClient();
  const utils = trpc.useUtils();
  const [live, setLive] = useState<ReturnType<typeof joinLive> | null>(null);
  useEffect(() => {
    const joined = joinLive(utils.client, project_id, () => createLiveCache(queries, utils, project_id));
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
