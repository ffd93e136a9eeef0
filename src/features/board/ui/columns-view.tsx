"use client";

import { useCallback } from "react";
import { useListNavigation } from "../../../components/use-list-navigation";
import { useNarrow } from "../../changes/ui/use-narrow";
import { useProject } from "../../projects/ui/project-provider";
import type { RunListItem } from "../../runs/schema";
import { BoardColumn } from "./board-column";
import { NoMatch, NoRunsYet } from "./board-empty";
import { ColumnMenu } from "./column-menu";
import { ColumnTabs } from "./column-tabs";
import { arrangementOf, type ColumnFacts } from "./columns";
import type { Door } from "./doors";
import { RunCard } from "./run-card";
import type { UsedBoard } from "./use-board";
import { useColumnLayout } from "./use-column-layout";
import { useGlide } from "./use-glide";
import { DraggableCard, useMoves } from "./use-moves";

/** So many columns are in sight at first. */
const NEAR = 8;

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

  const mayMove = writes && filters.status === null;
  const { ask, meantBy, wrap } = useMoves({ columns, group, mayMove });

  const withDefinition = definition === undefined && group !== "definition";
  const card = useCallback(
    (run: RunListItem) => (
      <DraggableCard id={run.id}>
        <RunCard
          run={run}
          href={`${root}/runs/${run.id}`}
          withDefinition={withDefinition}
          onMove={mayMove ? ask : undefined}
        />
      </DraggableCard>
    ),
    [root, withDefinition, mayMove, ask],
  );

  const shown = columns.reduce((sum, column) => sum + column.total, 0);
  const everRun = counts === null || Object.values(counts).some((count) => count > 0);
  if (shown === 0 && !everRun && !filtered) {
    return <NoRunsYet hasDefinitions={hasDefinitions ?? true} definition={definition} />;
  }
  // All matching runs may have left the board; then the columns stay, since they link to those runs.
  if (shown === 0 && filtered && (filters.status !== null || !everRun)) return <NoMatch />;
  return wrap(
    <>
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
            meant={meantBy(column)}
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
    </>,
  );
}
