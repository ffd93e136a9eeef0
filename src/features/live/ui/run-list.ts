import type { InfiniteData, Query, QueryClient } from "@tanstack/react-query";
import { getQueryKey } from "@trpc/react-query";
import { type Outputs, trpc } from "../../../trpc/react";

type RunPage = Outputs["runs"]["list"];
type Runs = RunPage["items"];

export type WireBoard = Outputs["board"]["get"];

/** A list of runs in the query cache: one page, those that were scrolled through, or a board. */
export type RunList = RunPage | InfiniteData<RunPage> | WireBoard;

export const RUN_LISTS = getQueryKey(trpc.runs.list);
export const BOARDS = getQueryKey(trpc.board.get);
export const ALL_BOARDS = getQueryKey(trpc.board.all);

const isList = ({ queryKey: [path] }: Pick<Query, "queryKey">) =>
  [RUN_LISTS, BOARDS, ALL_BOARDS].some(([list]) => String(list) === String(path));

/** All lists of runs in the query cache, as a filter. */
export const EVERY_RUN_LIST = { predicate: isList };

/** Changes a run in all lists in which it is. */
export function changeInLists(queries: QueryClient, change: (runs: Runs) => Runs): void {
  queries.setQueriesData<RunList>(EVERY_RUN_LIST, (list) => list && changeRuns(list, change));
}

/** The list with its runs changed; the same object if `change` gives each page's array back as it was. */
export function changeRuns(list: RunList, change: (runs: Runs) => Runs): RunList {
  const changed = <P extends { items: Runs }>(page: P): P => {
    const items = change(page.items);
    return items === page.items ? page : { ...page, items };
  };
  if (!("pages" in list)) return changed(list);
  const pages = list.pages.map(changed);
  return pages.every((page, at) => page === list.pages[at]) ? list : { ...list, pages };
}

/**
 * The board with what has become of the runs with these ids: those that are not among the items have left it. What was
 * loaded beside them stays, so a change costs no more on a board of thousands.
 */
export function mergeChanges(
  board: WireBoard,
  ids: readonly string[],
  { columns, items }: Outputs["board"]["changes"],
): WireBoard {
  const asked = new Set(ids);
  const cursors = new Map(board.columns.map(({ key, next_cursor }) => [key, next_cursor]));
  return {
    columns: columns.map((column) => ({ ...column, next_cursor: cursors.get(column.key) ?? null })),
    items: [...board.items.filter(({ id }) => !asked.has(id)), ...items],
  };
}
