"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { trpc } from "../../../trpc/react";
import type { Viewer } from "../schema";
import { putPresent, readViewers, watchViewers } from "./presence-store";

/** So often a tab that is seen says again that it is there. */
const AGAIN_MS = 15_000;
const NOBODY: readonly Viewer[] = [];

const tab =
  typeof window === "undefined"
    ? ""
    : Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) =>
        part.toString(36).padStart(7, "0"),
      ).join("");

/** Who looks at the run, or with the project's id at none of its runs. */
export function useViewers(key: string): readonly Viewer[] {
  return useSyncExternalStore(
    watchViewers,
    () => readViewers(key),
    () => NOBODY,
  );
}

/** Those of `useViewers` who are not the reader. */
export function useOthers(key: string): readonly Viewer[] {
  const all = useViewers(key);
  const me = trpc.users.me.useQuery(undefined, { enabled: all.length > 0 }).data?.id;
  return useMemo(() => (me === undefined ? NOBODY : all.filter(({ user_id }) => user_id !== me)), [all, me]);
}

/** Says where in the project this tab is, while it is seen; gives how many are at the same place. */
export function usePresence(project_id: string, live: boolean): number {
  const utils = trpc.useUtils();
  const run_id = /^\/p\/[^/]+\/runs\/([^/]+)/.exec(usePathname())?.[1] ?? null;
  const params = useSearchParams();
  const place = placeOf(params.get("step"), params.get("more"));
  useEffect(() => {
    if (!live) return;
    let isSaid = false;
    const say = (gone: boolean) => {
      isSaid = !gone;
      const said = utils.client.presence.look.mutate({ project_id, run_id, tab, place, gone });
      void said.then((present) => (gone ? null : putPresent(project_id, present))).catch(() => {});
    };
    const onSight = () => {
      if (document.visibilityState === "visible") say(false);
      else if (isSaid) say(true);
    };
    onSight();
    const timer = setInterval(() => (document.visibilityState === "visible" ? say(false) : null), AGAIN_MS);
    document.addEventListener("visibilitychange", onSight);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onSight);
    };
  }, [utils, project_id, run_id, place, live]);
  // On another page of the project the tab says where it is now; elsewhere it is gone.
  useEffect(() => {
    const leave = () =>
      void utils.client.presence.look.mutate({ project_id, tab, gone: true }).catch(() => {});
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [utils, project_id]);
  return useViewers(run_id ?? project_id).length;
}

/** Where on a run's page, in words that others read. */
function placeOf(step: string | null, more: string | null): string | null {
  const parts = [step, more].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(" · ").slice(0, 100) : null;
}
