"use client";

import { useEffect, useMemo, useRef } from "react";
import { MAX_LIMIT } from "../../../lib/page-size";
import { trpc } from "../../../trpc/react";
import type { WireRun } from "../../in-run/ui/wire";
import { type Thread, threadsOf } from "./threads";

/** What is said of something in a run, also further up than the comments that are loaded; oldest first. */
export function useRunThreads(run: WireRun): readonly Thread[] {
  const { comments, comments_next_cursor, open_threads_count } = run;
  const more = trpc.comments.list.useQuery(
    { run_id: run.id, threads: "all", order: "newest", limit: MAX_LIMIT },
    { enabled: comments_next_cursor !== null },
  );
  const { data, refetch } = more;
  // The earlier ones are in no list that events keep up to date.
  const known = useRef(open_threads_count);
  useEffect(() => {
    if (known.current === open_threads_count) return;
    known.current = open_threads_count;
    if (comments_next_cursor !== null) void refetch();
  }, [open_threads_count, comments_next_cursor, refetch]);
  return useMemo(() => {
    const loaded = new Set(comments.map(({ id }) => id));
    const earlier = (data?.items ?? []).filter(({ id }) => !loaded.has(id)).toReversed();
    return threadsOf([...earlier, ...comments]).filter(({ first }) => first.anchor !== null);
  }, [comments, data]);
}
