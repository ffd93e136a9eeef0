"use client";

import { ArrowRightLeft } from "lucide-react";
import dynamic from "next/dynamic";
import { type ReactNode, useCallback, useRef, useState } from "react";
import { announce } from "../../../components/announcer";
import { useCommands } from "../../../components/commands";
import { useListNavigation } from "../../../components/use-list-navigation";
import { useNarrow } from "../../changes/ui/use-narrow";
import { withNumber } from "../../in-run/ui/run-facts";
import { useProject } from "../../projects/ui/project-provider";
import type { RunListItem } from "../../runs/schema";
import { BoardColumn } from "./board-column";
import { NoMatch, NoRunsYet } from "./board-empty";
import { ColumnMenu } from "./column-menu";
import { ColumnTabs } from "./column-tabs";
import { arrangementOf, type ColumnFacts } from "./columns";
import type { Door } from "./doors";
import { type Move, moveOf } from "./moves";
import { RunCard } from "./run-card";
import type { UsedBoard } from "./use-board";
import { useColumnLayout } from "./use-column-layout";
import { DraggingProvider, type Point, useDraggable, useDragLibrary, useDragMonitor } from "./use-dragging";
import { GLIDES, springBack, useGlide } from "./use-glide";

const MoveDialog = dynamic(() => import("./move-dialog").then((part) => part.MoveDialog));
const MoveRun = dynamic(() => import("./move-run").then((part) => part.MoveRun));

/** So many columns are in sight at first. */
const NEAR = 8;

function DraggableCard({ id, children }: { id: string; children: ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  useDraggable(element, id);
  return <div ref={element}>{children}</div>;
}

/** The board's columns, with what moves a card from one to another. */
export function Columns({
  board,
  root,
  doors,
}: {
  board: UsedBoard;
  /** URL path of the project. */
  root: string;
  doors: readonly Door[];
}) {
  const { columns, filters, group, definition, counts, filtered, hasDefinitions } = board;
  const writes = useProject().may("run:write");
  const list = useListNavigation<HTMLDivElement>({ columns: true });
  useGlide(list, arrangementOf(columns), JSON.stringify([filters, group]));

  const { layout, set } = useColumnLayout(board.project_id, group);
  const narrow = useNarrow();
  const unfold = useCallback((key: string) => set(key, { folded: false }), [set]);
  const widen = useCallback((key: string, width: number | undefined) => set(key, { width }), [set]);
  const seen = columns.filter(({ key }) => !layout[key]?.hidden);
  // One that is empty folds by itself, unless it is the only one; on a phone each has the whole width anyway.
  const isFolded = ({ key, total }: ColumnFacts) =>
    !narrow && seen.length > 1 && (layout[key]?.folded ?? total === 0);

  const [moving, setMoving] = useState<RunListItem | null>(null);
  const [move, setMove] = useState<{ run: RunListItem; move: Move } | null>(null);
  const [dragged, setDragged] = useState<RunListItem | null>(null);
  const latest = useRef(columns);
  latest.current = columns;
  const find = (id: string) => latest.current.flatMap(({ runs }) => runs).find((run) => run.id === id);
  const library = useDragLibrary(writes && filters.status === null);
  useDragMonitor(library, {
    start: (id) => {
      const run = find(id) ?? null;
      setDragged(run);
      if (run) announce(`${withNumber(run)} is lifted.`);
    },
    drop: (id, key, card: Element, by: Point) => {
      setDragged(null);
      const run = find(id);
      const to = latest.current.find((column) => column.key === key);
      const meant = run && to ? moveOf(run, to, group, latest.current) : null;
      if (!run || !meant || meant.kind === "refused") springBack(card, by);
      if (run && meant) setMove({ run, move: meant });
    },
  });
  useCommands(
    writes && filters.status === null
      ? [
          {
            id: "board.move",
            label: "Move the run in focus…",
            group: "Board",
            icon: ArrowRightLeft,
            shortcut: "m",
            run: () => {
              const card = document.activeElement?.closest(`[${GLIDES}]`);
              setMoving((card && find(card.getAttribute(GLIDES) ?? "")) ?? null);
            },
          },
        ]
      : [],
  );

  const withDefinition = definition === undefined && group !== "definition";
  const mayMove = writes && filters.status === null;
  const card = useCallback(
    (run: RunListItem) => (
      <DraggableCard id={run.id}>
        <RunCard
          run={run}
          href={`${root}/runs/${run.id}`}
          withDefinition={withDefinition}
          onMove={mayMove ? setMoving : undefined}
        />
      </DraggableCard>
    ),
    [root, withDefinition, mayMove],
  );

  const shown = columns.reduce((sum, column) => sum + column.total, 0);
  const everRun = counts === null || Object.values(counts).some((count) => count > 0);
  if (shown === 0 && !everRun && !filtered) {
    return <NoRunsYet hasDefinitions={hasDefinitions ?? true} definition={definition} />;
  }
  // All matching runs may have left the board; then the columns stay, since they link to those runs.
  if (shown === 0 && filtered && (filters.status !== null || !everRun)) return <NoMatch />;
  return (
    <DraggingProvider value={library}>
      <ColumnTabs columns={seen} doors={doors} board={list} />
      <div
        ref={list}
        className="relative flex min-h-0 flex-1 snap-x snap-mandatory overflow-x-auto overflow-y-hidden md:snap-none"
      >
        {seen.map((column, index) => (
          <BoardColumn
            key={column.key}
            column={column}
            folded={isFolded(column)}
            width={layout[column.key]?.width}
            onUnfold={unfold}
            onWidth={widen}
            meant={dragged ? moveOf(dragged, column, group, columns) : null}
            menu={
              <ColumnMenu
                column={column}
                filters={board.base}
                isWide={layout[column.key]?.width !== undefined}
                onFold={() => set(column.key, { folded: true })}
                onHide={() => set(column.key, { hidden: true })}
                onReset={() => set(column.key, { width: undefined })}
              />
            }
            card={card}
            onMore={board.more}
            near={index < NEAR}
          />
        ))}
      </div>
      {moving ? (
        <MoveDialog
          run={moving}
          columns={columns}
          group={group}
          onMove={(chosen) => {
            setMove({ run: moving, move: chosen });
            setMoving(null);
          }}
          onClose={() => setMoving(null)}
        />
      ) : null}
      {move ? (
        <MoveRun key={move.run.id} run={move.run} move={move.move} onDone={() => setMove(null)} />
      ) : null}
    </DraggingProvider>
  );
}
