"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, FilterX, Rows3, SearchX } from "lucide-react";
import { type CSSProperties, useEffect, useRef } from "react";
import { Button } from "../../../components/button";
import { ButtonLink } from "../../../components/button-link";
import { useCommands } from "../../../components/commands";
import { QueryView } from "../../../components/query-view";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { useAddress } from "../../../components/use-address";
import { useListNavigation } from "../../../components/use-list-navigation";
import { withMarks } from "../../../lib/marks";
import { isRunEnded } from "../../../model/states";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import { ViewsMenu } from "../../views/ui/views-menu";
import type { RunOrder } from "../orders";
import type { RunListItem } from "../schema";
import { CancelMatching } from "./cancel-matching";
import { MoreFilters } from "./more-filters";
import {
  ArchivedFilter,
  DefinitionFilter,
  PersonFilter,
  PinnedFilter,
  RunSearch,
  StatusFilter,
} from "./run-filters";
import { RUN_GRID, RunRow } from "./run-row";
import { useRunSelection } from "./run-selection";
import { SelectionBar } from "./selection-bar";
import { COLUMNS, type ColumnId, gridOf } from "./table-columns";
import { FILTER_NAMES, queryOf, type TableFilters, useTableFilters } from "./table-filters";
import { TableMenu } from "./table-menu";

const PAGE = 50;

function useRunPages() {
  const { id: project_id } = useProject();
  const table = useTableFilters();
  const { definition, sort } = table;
  const definitions = trpc.definitions.list.useQuery({ project_id }, { enabled: definition !== null });
  const found = definitions.data?.items.find((item) => item.slug === definition);
  const unknown = definition !== null && definitions.isSuccess && !found;
  const isKnown = definition === null || found !== undefined;
  const filters = { ...queryOf(table), ...(found ? { workflow_definition_id: found.id } : {}) };
  const runs = trpc.runs.list.useInfiniteQuery(
    { project_id, limit: PAGE, ...filters, sort },
    {
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      placeholderData: keepPreviousData,
      enabled: isKnown,
    },
  );
  const filtered = definition !== null || Object.keys(filters).length > 0;
  return { runs, filtered, unknown, filters: isKnown ? filters : null, table };
}

/** All runs of the project, newest first. */
export function RunsPage() {
  const { set } = useAddress();
  const { may } = useProject();
  const { runs, filtered, unknown, filters, table } = useRunPages();
  const isCancellable =
    filters !== null && (table.statuses.length === 0 || table.statuses.some((status) => !isRunEnded(status)));
  const clear = () => set(Object.fromEntries(FILTER_NAMES.map((name) => [name, null])));
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <h1 className="sr-only">Runs</h1>
      <div className="relative flex h-11 shrink-0 items-center gap-1 overflow-x-auto border-b border-line px-2 [scrollbar-width:none]">
        <ViewsMenu />
        <StatusFilter />
        <DefinitionFilter label="Definition" anyLabel="Any definition" />
        <PersonFilter />
        <PinnedFilter />
        <ArchivedFilter />
        <MoreFilters />
        <RunSearch />
        {filtered ? (
          <Button variant="ghost" icon={FilterX} onClick={clear}>
            Clear
          </Button>
        ) : null}
        {filters && isCancellable && may("run:write") ? (
          <CancelMatching filters={filters} statuses={table.statuses} />
        ) : null}
        {filters ? (
          <span className="ml-auto flex shrink-0 items-center">
            <TableMenu query={filters} />
          </span>
        ) : null}
      </div>
      {unknown ? (
        <NothingFound onClear={clear} />
      ) : (
        <QueryView
          query={runs}
          skeleton={<SkeletonRows rows={12} label="Loading the runs" />}
          className="flex-1"
        >
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length === 0) return filtered ? <NothingFound onClear={clear} /> : <NoRuns />;
            return (
              <RunTable
                runs={items}
                table={table}
                more={runs.hasNextPage}
                loading={runs.isFetchingNextPage}
                onMore={() => void runs.fetchNextPage()}
              />
            );
          }}
        </QueryView>
      )}
    </div>
  );
}

function RunTable({
  runs,
  table: { columns, sort },
  more,
  loading,
  onMore,
}: {
  runs: RunListItem[];
  table: TableFilters;
  more: boolean;
  loading: boolean;
  onMore: () => void;
}) {
  const { slug } = useProject();
  const list = useListNavigation<HTMLUListElement>();
  const { chosen, toggle, toggleAll, clear } = useRunSelection(runs);
  const chosenIds = new Set(chosen.map((run) => run.id));
  const chooseFocused = (extend: boolean) => {
    const id = document.activeElement?.closest<HTMLElement>("[data-run]")?.dataset.run;
    if (id) toggle(id, extend);
  };
  useCommands([
    command("runs.select", "Select the run in focus", "x", () => chooseFocused(false)),
    command("runs.all", "Select all runs that are loaded", "mod+a", toggleAll),
    command("runs.extend", "Select all runs up to the one in focus", "shift+x", () => chooseFocused(true)),
  ]);
  return (
    <>
      <div
        className="min-h-0 flex-1 overflow-y-auto"
        style={{ "--run-columns": gridOf(columns) } as CSSProperties}
      >
        <TableHead
          columns={columns}
          sort={sort}
          all={{ chosen: chosen.length === runs.length, toggle: toggleAll }}
        />
        <ul
          ref={list}
          aria-label={withMarks(sort === "-created" ? "Runs, newest first" : "Runs")}
          className="divide-y divide-line"
        >
          {runs.map((run) => (
            <RunRow
              key={run.id}
              run={run}
              href={`/p/${slug}/runs/${run.id}`}
              columns={columns}
              selected={chosenIds.has(run.id)}
              onSelect={toggle}
            />
          ))}
        </ul>
        {more ? <MoreRuns loading={loading} onMore={onMore} /> : null}
      </div>
      <SelectionBar chosen={chosen} onClear={clear} />
    </>
  );
}

const command = (id: string, label: string, shortcut: string, run: () => void) => ({
  id,
  label,
  group: "Runs",
  shortcut,
  keysOnly: true,
  run,
});

/** The table's head: columns by which it can be ordered are buttons. */
function TableHead({
  columns,
  sort,
  all,
}: {
  columns: readonly ColumnId[];
  sort: RunOrder;
  all: { chosen: boolean; toggle: () => void };
}) {
  return (
    <div
      className={`${RUN_GRID} sticky top-0 z-20 h-8 border-b border-line bg-canvas text-meta text-faint max-md:hidden`}
    >
      <input
        type="checkbox"
        aria-label="Select all runs that are loaded"
        checked={all.chosen}
        onChange={all.toggle}
        className="size-3.5 accent-(--color-accent)"
      />
      <ColumnHead label="Name" orders={["name", "-name"]} sort={sort} />
      {columns.map((id) => (
        <ColumnHead key={id} {...COLUMNS[id]} sort={sort} />
      ))}
      <span />
    </div>
  );
}

function ColumnHead({
  label,
  orders,
  right,
  sort,
}: {
  label: string;
  orders?: readonly [RunOrder, RunOrder];
  right?: true;
  sort: RunOrder;
}) {
  const { set } = useAddress();
  const side = right ? "justify-end text-right" : "";
  if (!orders) return <span className={side}>{label}</span>;
  const [first, second] = orders;
  const next = sort === first ? second : first;
  const Arrow = sort.startsWith("-") ? ArrowDown : ArrowUp;
  const isOn = sort === first || sort === second;
  return (
    <button
      type="button"
      aria-label={withMarks(`Order by ${label.toLowerCase()}${isOn ? ", the other way round" : ""}`)}
      onClick={() => set({ sort: next === "-created" ? null : next })}
      className={`flex min-w-0 items-center gap-1 rounded-inner hover:text-text ${side} ${isOn ? "text-text" : ""}`}
    >
      {label}
      {isOn ? <Arrow aria-hidden size={12} /> : null}
    </button>
  );
}

/** Loads the next page when it scrolls into view or is pressed. */
function MoreRuns({ loading, onMore }: { loading: boolean; onMore: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(onMore);
  latest.current = onMore;
  useEffect(() => {
    if (!place.current || loading) return;
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) latest.current();
      },
      { rootMargin: "400px" },
    );
    watch.observe(place.current);
    return () => watch.disconnect();
  }, [loading]);
  return (
    <div ref={place} className="flex justify-center border-t border-line py-3">
      <Button variant="ghost" busy={loading} onClick={onMore}>
        Load more
      </Button>
    </div>
  );
}

function NoRuns() {
  const { slug } = useProject();
  return (
    <EmptyState
      icon={Rows3}
      title="No runs yet"
      className="flex-1"
      action={<ButtonLink href={`/p/${slug}/definitions`}>Open definitions</ButtonLink>}
    >
      Each run of a definition is kept here, with its logs, until somebody deletes it or the project's
      retention does.
    </EmptyState>
  );
}

function NothingFound({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="No run matches"
      className="flex-1"
      action={
        <Button icon={FilterX} onClick={onClear}>
          Clear the filters
        </Button>
      }
    >
      The filters leave nothing of this project's runs.
    </EmptyState>
  );
}
