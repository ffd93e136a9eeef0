"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { trpc } from "../../../trpc/react";
import { ACTIVE_STATUSES } from "../../in-run/ui/run-facts";
import { useProject } from "../../projects/ui/project-provider";
import type { RunListItem } from "../../runs/schema";
import { useRunFilters } from "../../runs/ui/run-filters";
import { columnsByPhase, columnsByStatus } from "./columns";

/** Completed runs in the done column; the runs table has the others. */
const DONE_SHOWN = 8;
const FAILED_SHOWN = 50;
const ACTIVE_SHOWN = 200;

/** The data of the board, filtered as the address says. */
export function useBoard() {
  const { id: project_id } = useProject();
  const filters = useRunFilters();
  const definitions = trpc.definitions.list.useQuery({ project_id });
  const definition = definitions.data?.items.find((item) => item.slug === filters.definition);
  const unknown = filters.definition !== null && definitions.isSuccess && !definition;

  const base = {
    project_id,
    ...(definition ? { workflow_definition_id: definition.id } : {}),
    ...(filters.user_id ? { user_id: filters.user_id } : {}),
    ...(filters.q ? { q: filters.q } : {}),
    ...(filters.pinned ? { pinned: true } : {}),
  };
  // Wait until the definition's id is known; else a board of all runs would flash up.
  const enabled = filters.definition === null || definition !== undefined;
  const { status } = filters;
  const wanted = (statuses: readonly string[]) => enabled && (status === null || statuses.includes(status));
  const options = { placeholderData: keepPreviousData } as const;
  const active = trpc.runs.list.useQuery(
    { ...base, status: ACTIVE_STATUSES.join(","), limit: ACTIVE_SHOWN },
    { ...options, enabled: wanted(ACTIVE_STATUSES) },
  );
  const failed = trpc.runs.list.useQuery(
    { ...base, status: "failed", limit: FAILED_SHOWN },
    { ...options, enabled: wanted(["failed"]) },
  );
  const done = trpc.runs.list.useQuery(
    { ...base, status: "completed", limit: status === "completed" ? FAILED_SHOWN : DONE_SHOWN },
    { ...options, enabled: wanted(["completed"]) },
  );
  const cancelled = trpc.runs.list.useQuery(
    { ...base, status: "cancelled", limit: FAILED_SHOWN },
    { ...options, enabled: enabled && status === "cancelled" },
  );
  const counts = trpc.runs.counts.useQuery(base, { ...options, enabled });

  const narrowed = filters.user_id !== null || filters.q !== "" || filters.pinned;
  // Counts of the previous filter do not apply: count the cards until the new counts are there.
  const known = counts.isPlaceholderData ? null : (counts.data ?? null);
  const lists = [active, failed, done, cancelled];
  const [a, b, c, d] = lists.map((list) => list.data?.items);
  const columns = useMemo(() => {
    // Runs of the previous filter may still be shown: leave out those that do not match the new one.
    const runs = mergeRuns([a, b, c, d]).filter(
      (run) =>
        (status === null || run.status === status) &&
        (definition === undefined || run.workflow_definition_id === definition.id),
    );
    return definition && filters.definition !== null
      ? columnsByPhase(definition.phases, runs, known)
      : columnsByStatus(runs, known, status);
  }, [a, b, c, d, definition, filters.definition, known, status]);

  const asked = lists.filter((list) => list.fetchStatus !== "idle" || list.isFetched);
  return {
    project_id,
    filters,
    definition,
    unknown,
    columns,
    counts: counts.data ?? null,
    hasDefinitions: definitions.data ? definitions.data.items.length > 0 : null,
    filtered: narrowed || status !== null,
    pending: !unknown && (!enabled || lists.some((list) => list.isLoading) || counts.isLoading),
    error: asked.find((list) => list.error && list.data === undefined)?.error ?? null,
    retrying: lists.some((list) => list.isFetching),
    retry: () => Promise.all([definitions.refetch(), ...asked.map((list) => list.refetch())]),
  };
}

export type Board = ReturnType<typeof useBoard>;

/** Merges the lists. A run whose status just changed may be in two of them until both are read again. */
function mergeRuns(lists: (RunListItem[] | undefined)[]): RunListItem[] {
  const runs = new Map<string, RunListItem>();
  for (const run of lists.flatMap((list) => list ?? [])) {
    const other = runs.get(run.id);
    if (!other || other.updated_at < run.updated_at) runs.set(run.id, run);
  }
  return [...runs.values()].sort((left, right) =>
    left.created_at === right.created_at
      ? right.id.localeCompare(left.id)
      : right.created_at.localeCompare(left.created_at),
  );
}
