"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { History } from "lucide-react";
import Link from "next/link";
import { useCallback, useEffect, useRef, useState } from "react";
import { QueryView } from "../../../components/query-view";
import { EmptyState } from "../../../components/states";
import { useAddress } from "../../../components/use-address";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import type { ProjectGroup } from "../../board/groups";
import { BoardColumn } from "../../board/ui/board-column";
import { UnknownDefinition } from "../../board/ui/board-empty";
import { BoardSkeleton } from "../../board/ui/board-skeleton";
import { BoardFilters, ClearFilters } from "../../board/ui/board-toolbar";
import { ColumnTabs } from "../../board/ui/column-tabs";
import { headOf } from "../../board/ui/columns";
import { useBoardInput } from "../../board/ui/use-board";
import { useColumnLayout } from "../../board/ui/use-column-layout";
import { ProgressSegments } from "../../in-run/ui/progress-segments";
import { withNumber } from "../../in-run/ui/run-facts";
import { displayStatus } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { stepLook } from "../../in-run/ui/step-look";
import { useProject } from "../../projects/ui/project-provider";
import type { BoardReplay, ReplayedRun } from "../schema";
import { ReplayBar } from "./replay-bar";
import { eventWords } from "./replay-words";

const REST_MS = 100;

/** The board as it was behind an event of the project, which the address names. */
export function ReplayBoard() {
  const { slug } = useProject();
  const { input, group, filtered, filters, unknown } = useBoardInput();
  const { get, set } = useAddress();
  const wanted = Number(get("at"));
  const asked = Number.isSafeInteger(wanted) && wanted >= 0 ? wanted : null;
  // A slider that is drawn asks only for where it rests.
  const [at, setAt] = useState(asked);
  useEffect(() => {
    const timer = setTimeout(() => setAt(asked), REST_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  const query = trpc.replay.board.useQuery(
    { ...input, ...(at === null ? {} : { at }) },
    { placeholderData: keepPreviousData, staleTime: Number.POSITIVE_INFINITY },
  );
  // The columns of the grouping before are shown until the new ones are there.
  const shown = useRef(group);
  if (!query.isPlaceholderData) shown.current = group;
  return (
    <QueryView query={query} skeleton={<BoardSkeleton />} className="flex-1">
      {(data) => (
        <div className="flex min-h-0 flex-1 flex-col">
          <h1 className="sr-only">The board as it was</h1>
          <ReplayBar
            place={{
              first: data.first_id,
              last: data.last_id,
              value: asked ?? data.last_id,
              previous: data.previous_id,
              next: data.next_id,
              at: data.event?.at ?? null,
              words: data.event ? wordsOf(data.event) : "",
            }}
            onMove={(to) => set({ at: String(to) })}
            onBack={() => set({ at: null }, { push: true })}
          />
          <div className="relative flex h-11 shrink-0 items-center gap-1 overflow-x-auto border-b border-line px-2 [scrollbar-width:none]">
            <BoardFilters />
            {filtered ? <ClearFilters /> : null}
          </div>
          {unknown ? (
            <UnknownDefinition slug={filters.definition ?? ""} />
          ) : data.event ? (
            <Columns data={data} group={shown.current} root={`/p/${slug}`} at={data.event.id} />
          ) : (
            <EmptyState icon={History} title="Nothing is recorded of then" className="flex-1">
              Events go by the project's retention; what is kept begins later.
            </EmptyState>
          )}
        </div>
      )}
    </QueryView>
  );
}

const wordsOf = (event: NonNullable<BoardReplay["event"]>) =>
  event.run === null ? eventWords(event) : `${event.run}: ${eventWords(event)}`;

const nothing = () => Promise.resolve();

/** The board's own columns, with cards that only lead to their runs. */
function Columns({
  data,
  group,
  root,
  at,
}: {
  data: BoardReplay;
  group: ProjectGroup;
  root: string;
  at: number;
}) {
  const { id: project_id } = useProject();
  const list = useRef<HTMLDivElement>(null);
  const { layout, set } = useColumnLayout(project_id, group);
  const unfold = useCallback((key: string) => set(key, { folded: false }), [set]);
  const widen = useCallback((key: string, width: number | undefined) => set(key, { width }), [set]);
  const card = useCallback(
    (run: ReplayedRun) => <Card run={run} href={`${root}/runs/${run.id}?at=${at}`} />,
    [root, at],
  );
  const columns = data.columns.map(({ count, ...column }) => ({
    ...headOf(column, group),
    runs: data.runs.filter((run) => run.column === column.key),
    total: count,
    more: false,
  }));
  return (
    <>
      <ColumnTabs columns={columns} doors={[]} board={list} />
      <div
        ref={list}
        className="relative flex min-h-0 flex-1 snap-x snap-mandatory overflow-x-auto overflow-y-hidden md:snap-none"
      >
        {columns.map((column) => (
          <BoardColumn
            key={column.key}
            column={column}
            // One that is empty does not fold by itself: where cards come and go, the others would jump.
            folded={layout[column.key]?.folded ?? false}
            width={layout[column.key]?.width}
            onUnfold={unfold}
            onWidth={widen}
            meant={null}
            menu={null}
            card={card}
            onMore={nothing}
            near
            foot={
              column.total > column.runs.length ? (
                <p className="pb-4 text-center text-meta text-faint">
                  and {(column.total - column.runs.length).toLocaleString("en")} more
                </p>
              ) : null
            }
          />
        ))}
      </div>
      <p className="shrink-0 border-t border-line px-4 py-1.5 text-meta text-pretty text-muted">
        States are as they were; names, people, labels, pins and what a search finds are as they are now.
        {data.partial ? " More runs were there than are looked at; the newest are shown." : null}
      </p>
    </>
  );
}

const isAsking = ({ status, steps }: ReplayedRun) =>
  status === "running" && steps.some((step) => step.needs_person);

function Card({ run, href }: { run: ReplayedRun; href: string }) {
  const phase = run.current_phase ?? run.definition_name;
  return (
    <Link
      href={href}
      className="block rounded-outer border border-line bg-surface px-3 py-2 transition-colors hover:border-line-strong"
    >
      <span className="flex min-w-0 items-center gap-2 text-list">
        <StatusIcon status={isAsking(run) ? "needs_you" : displayStatus(run.status)} />
        <span className="min-w-0 truncate font-medium">{withMarks(withNumber(run))}</span>
      </span>
      <span className="mt-0.5 block truncate text-meta text-muted">{withMarks(phase)}</span>
      {run.steps.length > 0 ? (
        <ProgressSegments
          className="mt-2"
          steps={run.steps.map(({ step_id, name, status, needs_person, stalled }) => ({
            id: step_id,
            name,
            status: stepLook({
              status,
              waiting_for: needs_person ? "approval" : null,
              stalled_since: stalled ? "then" : null,
            }),
            count: 1,
          }))}
        />
      ) : null}
    </Link>
  );
}
