"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { FilterX, Rows3, SearchX } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button, ButtonLink } from "../../../components/button";
import { useCommands } from "../../../components/commands";
import { QueryView } from "../../../components/query-view";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { useAddress } from "../../../components/use-address";
import { useListNavigation } from "../../../components/use-list-navigation";
import { isRunEnded } from "../../../model/states";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import type { RunListItem } from "../schema";
import { CancelMatching } from "./cancel-matching";
import {
  DefinitionFilter,
  PersonFilter,
  PinnedFilter,
  RunSearch,
  StatusFilter,
  useRunFilters,
} from "./run-filters";
import { CHOICE_GRID, RUN_GRID, RunRow } from "./run-row";
import { useRunSelection } from "./run-selection";
import { SelectionBar } from "./selection-bar";

const PAGE = 50;

function useRunPages() {
  const { id: project_id } = useProject();
  const { status, user_id, definition, q, pinned } = useRunFilters();
  const definitions = trpc.definitions.list.useQuery({ project_id }, { enabled: definition !== null });
  const found = definitions.data?.items.find((item) => item.slug === definition);
  const unknown = definition !== null && definitions.isSuccess && !found;
  const isKnown = definition === null || found !== undefined;
  const filters = {
    ...(status ? { status } : {}),
    ...(user_id ? { user_id } : {}),
    ...(q ? { q } : {}),
    ...(pinned ? { pinned } : {}),
    ...(found ? { workflow_definition_id: found.id } : {}),
  };
  const runs = trpc.runs.list.useInfiniteQuery(
    { project_id, limit: PAGE, ...filters },
    {
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      placeholderData: keepPreviousData,
      enabled: isKnown,
    },
  );
  const filtered = status !== null || user_id !== null || definition !== null || q !== "" || pinned;
  return { runs, filtered, unknown, filters: isKnown ? filters : null };
}

/** All runs of the project, newest first. */
export function RunsPage() {
  const { set } = useAddress();
  const { may } = useProject();
  const { runs, filtered, unknown, filters } = useRunPages();
  const isCancellable = filters !== null && (!filters.status || !isRunEnded(filters.status));
  const clear = () => set({ status: null, person: null, definition: null, q: null, pinned: null });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <h1 className="sr-only">Runs</h1>
      <div className="relative flex h-11 shrink-0 items-center gap-1 overflow-x-auto border-b border-line px-2 [scrollbar-width:none]">
        <StatusFilter />
        <DefinitionFilter label="Definition" anyLabel="Any definition" />
        <PersonFilter />
        <PinnedFilter />
        <RunSearch />
        {filtered ? (
          <Button variant="ghost" icon={FilterX} onClick={clear}>
            Clear
          </Button>
        ) : null}
        {filters && isCancellable && may("run:write") ? <CancelMatching filters={filters} /> : null}
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
  more,
  loading,
  onMore,
}: {
  runs: RunListItem[];
  more: boolean;
  loading: boolean;
  onMore: () => void;
}) {
  const { slug, may } = useProject();
  const list = useListNavigation<HTMLUListElement>();
  const { chosen, toggle, clear } = useRunSelection(runs);
  const chosenIds = new Set(chosen.map((run) => run.id));
  const mayChoose = may("run:write");
  const chooseFocused = (extend: boolean) => {
    const id = document.activeElement?.closest<HTMLElement>("[data-run]")?.dataset.run;
    if (id && mayChoose) toggle(id, extend);
  };
  useCommands([
    command("runs.select", "Select the run in focus", "x", () => chooseFocused(false)),
    command("runs.extend", "Select all runs up to the one in focus", "shift+x", () => chooseFocused(true)),
  ]);
  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div
          aria-hidden
          className={`${mayChoose ? CHOICE_GRID : RUN_GRID} sticky top-0 z-20 h-8 border-b border-line bg-canvas text-meta text-faint max-md:hidden`}
        >
          <span />
          <span>Name</span>
          <span>Definition</span>
          <span>Now</span>
          <span>Steps</span>
          <span>Who</span>
          <span className="text-right">Took</span>
          <span className="text-right">Created</span>
          <span />
        </div>
        <ul ref={list} aria-label="Runs, newest first" className="divide-y divide-line">
          {runs.map((run) => (
            <RunRow
              key={run.id}
              run={run}
              href={`/p/${slug}/runs/${run.id}`}
              selected={chosenIds.has(run.id)}
              onSelect={mayChoose ? toggle : undefined}
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
