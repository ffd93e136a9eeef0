"use client";

import { useEffect, useMemo, useRef } from "react";
import { PAGE } from "../../../lib/follow-pages";
import { trpc } from "../../../trpc/react";
import type { WireFile } from "./wire";

export interface ChangesChoice {
  run_id: string;
  step_id: string | undefined;
  ignoresSpace: boolean;
}

const inputOf = ({ run_id, step_id, ignoresSpace }: ChangesChoice) => ({
  id: run_id,
  ...(step_id === undefined ? {} : { step_id }),
  w: ignoresSpace ? ("1" as const) : ("0" as const),
});

/** What changed, page after page until all of it is there. What is there can be read meanwhile. */
export function useChanges(choice: ChangesChoice) {
  const query = trpc.runs.changes.useInfiniteQuery(
    { ...inputOf(choice), hunks: "1", limit: PAGE },
    { getNextPageParam: (page) => page.next_cursor ?? undefined },
  );
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage, refetch } = query;
  useEffect(() => {
    if (!hasNextPage || isFetching) return;
    // The run has gone on while its pages were read: they begin anew.
    if (isFetchNextPageError) void refetch();
    else void fetchNextPage();
  }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage, refetch]);
  const pages = query.data?.pages;
  const files = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  return { query, files };
}

type Known = WireFile | "loading" | "failed";

/** Files whose lines were left out of the list, each as it comes; `failed` where it cannot be read. */
export function useLargeFiles(choice: ChangesChoice, paths: readonly string[]): ReadonlyMap<string, Known> {
  const answers = trpc.useQueries((t) =>
    paths.map((path) => t.runs.changes({ ...inputOf(choice), path }, { staleTime: 30_000 })),
  );
  const known = answers.map(({ data, isError }) => data?.items[0] ?? (isError ? "failed" : "loading"));
  const before = useRef<{ paths: readonly string[]; known: typeof known; map: Map<string, Known> } | null>(
    null,
  );
  // The answers are an array of their own each time; the map is another one only where they differ.
  const isSame =
    before.current !== null &&
    isEqual(before.current.paths, paths) &&
    isEqual<unknown>(before.current.known, known);
  if (!isSame) {
    const map = new Map(paths.map((path, at): [string, Known] => [path, known[at] ?? "loading"]));
    before.current = { paths, known, map };
  }
  return before.current?.map ?? new Map();
}

const isEqual = <T>(one: readonly T[], other: readonly T[]) =>
  one.length === other.length && one.every((each, at) => each === other[at]);
