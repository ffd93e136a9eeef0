"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { FolderKanban } from "lucide-react";
import { type ReactNode, useCallback, useMemo } from "react";
import { ButtonLink } from "../../../components/button-link";
import { FrameContent } from "../../../components/frame/frame";
import { TopBar } from "../../../components/frame/top-bar";
import { QueryView } from "../../../components/query-view";
import { Select } from "../../../components/select";
import { EmptyState } from "../../../components/states";
import { useAddress } from "../../../components/use-address";
import { useListNavigation } from "../../../components/use-list-navigation";
import { withMarks } from "../../../lib/marks";
import { can } from "../../../model/roles";
import { trpc } from "../../../trpc/react";
import { useNarrow } from "../../changes/ui/use-narrow";
import type { ProjectListItem } from "../../projects/schema";
import { ProjectProvider } from "../../projects/ui/project-provider";
import type { RunListItem } from "../../runs/schema";
import { ALL_GROUPS, type AllGroup } from "../groups";
import type { Board } from "../schema";
import { BoardColumn } from "./board-column";
import { BoardSkeleton } from "./board-skeleton";
import { ColumnTabs } from "./column-tabs";
import { arrangementOf, type ColumnFacts, columnsOf } from "./columns";
import { RunCard } from "./run-card";
import { useColumnLayout } from "./use-column-layout";
import { useGlide } from "./use-glide";
import { DraggableCard, useMoves } from "./use-moves";

const NEAR = 8;

const GROUPS: Record<AllGroup, string> = {
  status: "By status",
  project: "By project",
  person: "By who started it",
  assignee: "By assignee",
};

/** The runs of all projects of the person on one board. */
export function AllBoardPage() {
  const { get, set } = useAddress();
  const group = ALL_GROUPS.find((each) => each === get("group")) ?? "status";
  const board = trpc.board.all.useQuery({ group_by: group }, { placeholderData: keepPreviousData });
  const projects = trpc.projects.list.useQuery();
  return (
    <>
      <TopBar title={<h1 className="truncate font-medium">Board of all projects</h1>} />
      <FrameContent>
        <div className="flex h-11 shrink-0 items-center gap-1 border-b border-line px-2">
          <Select
            quiet
            aria-label="Group"
            value={group}
            onValueChange={(next) => set({ group: next === "status" ? null : next })}
            options={ALL_GROUPS.map((value) => ({ value, label: GROUPS[value] }))}
          />
        </div>
        <QueryView
          query={{
            data: projects.data && !board.isPlaceholderData ? board.data : undefined,
            error: board.error ?? projects.error,
            isFetching: board.isFetching,
            refetch: () => Promise.all([board.refetch(), projects.refetch()]),
          }}
          skeleton={<BoardSkeleton />}
          className="flex-1"
        >
          {(data) => <AllColumns board={data} group={group} projects={projects.data?.items ?? []} />}
        </QueryView>
      </FrameContent>
    </>
  );
}

const nothing = () => Promise.resolve();

function AllColumns({
  board,
  group,
  projects,
}: {
  board: Board;
  group: AllGroup;
  projects: readonly ProjectListItem[];
}) {
  const list = useListNavigation<HTMLDivElement>({ columns: true });
  const columns = useMemo(() => columnsOf(board, group, null), [board, group]);
  useGlide(list, arrangementOf(columns), group);
  const narrow = useNarrow();
  const { layout, set } = useColumnLayout("all", group);
  const unfold = useCallback((key: string) => set(key, { folded: false }), [set]);
  const widen = useCallback((key: string, width: number | undefined) => set(key, { width }), [set]);
  const byId = useMemo(() => new Map(projects.map((project) => [project.id, project])), [projects]);
  const inProject = useCallback(
    (run: RunListItem, children: ReactNode) => {
      const project = byId.get(run.project_id);
      // One of a project that was joined a moment ago comes with the projects' next reading.
      return project ? <ProjectProvider initial={project}>{children}</ProjectProvider> : null;
    },
    [byId],
  );
  const isMovable = useCallback(
    (run: RunListItem) => {
      const project = byId.get(run.project_id);
      return project !== undefined && can(project.role, "run:write");
    },
    [byId],
  );
  const { ask, meantBy, wrap } = useMoves({
    columns,
    group,
    mayMove: projects.some(({ role }) => can(role, "run:write")),
    isMovable,
    around: inProject,
  });
  const card = useCallback(
    (run: RunListItem) => {
      const project = byId.get(run.project_id);
      const face = (
        <RunCard
          run={run}
          href={`/p/${project?.slug}/runs/${run.id}`}
          withDefinition
          project={group === "project" ? undefined : project?.name}
          onMove={isMovable(run) ? ask : undefined}
        />
      );
      return inProject(run, isMovable(run) ? <DraggableCard id={run.id}>{face}</DraggableCard> : face);
    },
    [byId, group, inProject, isMovable, ask],
  );
  if (projects.length === 0) {
    return (
      <EmptyState
        icon={FolderKanban}
        title="No projects yet"
        className="flex-1"
        action={<ButtonLink href="/projects">Open the projects</ButtonLink>}
      >
        The runs of all projects in which you have a role come together here.
      </EmptyState>
    );
  }
  const isFolded = ({ key, total }: ColumnFacts) =>
    !narrow && columns.length > 1 && (layout[key]?.folded ?? total === 0);
  return wrap(
    <>
      <ColumnTabs columns={columns} doors={[]} board={list} />
      <div
        ref={list}
        className="relative flex min-h-0 flex-1 snap-x snap-mandatory overflow-x-auto overflow-y-hidden md:snap-none"
      >
        {columns.map((column, index) => (
          <BoardColumn
            key={column.key}
            column={{ ...column, more: false }}
            folded={isFolded(column)}
            width={layout[column.key]?.width}
            onUnfold={unfold}
            onWidth={widen}
            meant={meantBy(column)}
            menu={null}
            card={card}
            onMore={nothing}
            near={index < NEAR}
            foot={
              column.more ? (
                <p className="pb-4 text-center text-meta text-pretty text-faint">
                  {withMarks(
                    `${(column.total - column.runs.length).toLocaleString("en")} more are on their projects' own boards.`,
                  )}
                </p>
              ) : null
            }
          />
        ))}
      </div>
    </>,
  );
}
