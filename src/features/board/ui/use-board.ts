"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useCallback, useMemo, useRef } from "react";
import { useAddress } from "../../../components/use-address";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import { useRunFilters } from "../../runs/ui/run-filters";
import { BOARD_GROUPS, type ProjectGroup } from "../groups";
import { columnsOf } from "./columns";

/** By what the address groups the board: a definition's runs by its phases, unless it says otherwise. */
export function useBoardGroup(): ProjectGroup {
  const { get } = useAddress();
  const named = BOARD_GROUPS.find((each) => each === get("group"));
  return named ?? (get("definition") === null ? "status" : "phase");
}

/** What the address says of a board, as calls take it. */
export function useBoardInput() {
  const { id: project_id } = useProject();
  const filters = useRunFilters();
  const group = useBoardGroup();
  const { status } = filters;
  const definitions = trpc.definitions.list.useQuery({ project_id });
  const definition = definitions.data?.items.find((item) => item.slug === filters.definition);
  const unknown = filters.definition !== null && definitions.isSuccess && !definition;

  const base = {
    project_id,
    ...(filters.definition ? { workflow_definition_id: filters.definition } : {}),
    ...(filters.user_id ? { user_id: filters.user_id } : {}),
    ...(filters.q ? { q: filters.q } : {}),
    ...(filters.pinned ? { pinned: true } : {}),
  };
  return {
    project_id,
    /** The filters without the status. */
    base,
    input: { ...base, group_by: group, ...(status ? { status } : {}) },
    filters,
    group,
    status,
    definition,
    definitions,
    /** The address names a definition that is not there. */
    unknown,
    filtered: filters.user_id !== null || filters.q !== "" || filters.pinned || status !== null,
  };
}

/** The data of the board, grouped and filtered as the address says. */
export function useBoard() {
  const utils = trpc.useUtils();
  const of = useBoardInput();
  const { project_id, base, input, filters, group, status, definition, definitions, unknown, filtered } = of;
  // Events bring all changes, and a board that is read anew loses what was scrolled to.
  const options = {
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: !unknown,
  };
  const board = trpc.board.get.useQuery(input, options);
  const counts = trpc.runs.counts.useQuery(base, { placeholderData: keepPreviousData, enabled: !unknown });

  // A board of the previous filters is shown until the new one is there, in its own columns.
  const shown = useRef({ group, status });
  if (!board.isPlaceholderData) shown.current = { group, status };
  const { group: shownGroup, status: shownStatus } = shown.current;
  const columns = useMemo(
    () => (board.data ? columnsOf(board.data, shownGroup, shownStatus) : []),
    [board.data, shownGroup, shownStatus],
  );

  const loading = useRef(new Set<string>());
  const latest = useRef(input);
  latest.current = input;
  /** Loads the next page of a column; once at a time. */
  const more = useCallback(
    async (key: string) => {
      const asked = latest.current;
      const cursor = utils.board.get
        .getData(asked)
        ?.columns.find((column) => column.key === key)?.next_cursor;
      if (!cursor || loading.current.has(cursor)) return;
      loading.current.add(cursor);
      try {
        const page = await utils.client.board.column.query({ ...asked, key, cursor });
        utils.board.get.setData(asked, (known) => {
          if (known?.columns.find((column) => column.key === key)?.next_cursor !== cursor) return known;
          // What events brought meanwhile is newer.
          const ids = new Set(known.items.map(({ id }) => id));
          return {
            columns: known.columns.map((column) =>
              column.key === key ? { ...column, next_cursor: page.next_cursor } : column,
            ),
            items: [...known.items, ...page.items.filter(({ id }) => !ids.has(id))],
          };
        });
      } finally {
        loading.current.delete(cursor);
      }
    },
    [utils],
  );

  return {
    project_id,
    /** The filters as calls take them. */
    base,
    filters,
    group: shownGroup,
    definition,
    unknown,
    columns,
    more,
    counts: counts.data ?? null,
    hasDefinitions: definitions.data ? definitions.data.items.length > 0 : null,
    filtered,
    pending: !unknown && (board.isLoading || counts.isLoading),
    error: board.data === undefined ? board.error : null,
    retrying: board.isFetching,
    retry: () => Promise.all([definitions.refetch(), board.refetch(), counts.refetch()]),
  };
}

export type UsedBoard = ReturnType<typeof useBoard>;
