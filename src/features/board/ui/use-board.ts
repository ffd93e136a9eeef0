"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import type { RunListItem } from "../../runs/schema";
import { ACTIVE_STATUSES } from "../../runs/ui/run-facts";
import { useRunFilters } from "../../runs/ui/run-filters";
import { columnsByPhase, columnsByStatus } from "./columns";

/** Done is a door: the newest few stand in it. */
const DONE_SHOWN = 8;
const FAILED_SHOWN = 50;
const ACTIVE_SHOWN = 200;

/** Everything the board shows, as the address filters it. */
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
  };
  // Until the definition's id is known, a board of all runs would only flash past.
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

  const narrowed = filters.user_id !== null || filters.q !== "";
  // While another filter's counts are still there, the cards themselves are counted.
  const known = counts.isPlaceholderData ? null : (counts.data ?? null);
  const lists = [active, failed, done, cancelled];
  const [a, b, c, d] = lists.map((list) => list.data?.items);
  const columns = useMemo(() => {
    // While another filter's runs are still shown, those that do not belong here are left out.
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

/** A run that just changed its status may stand in two lists until both are read again: it is shown once. */
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
