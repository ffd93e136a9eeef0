"use client";

import { QueryView } from "../../../components/query-view";
import { changedSearch } from "../../../components/use-address";
import { useListNavigation } from "../../../components/use-list-navigation";
import { SinceLine } from "../../looks/ui/since-line";
import { useProject } from "../../projects/ui/project-provider";
import { BoardColumn } from "./board-column";
import { NoMatch, NoRunsYet, UnknownDefinition } from "./board-empty";
import { BoardSkeleton } from "./board-skeleton";
import { BoardToolbar } from "./board-toolbar";
import { ColumnTabs } from "./column-tabs";
import { arrangementOf } from "./columns";
import { type Door, doorsOf } from "./doors";
import { type Board, useBoard } from "./use-board";
import { useGlide } from "./use-glide";

/** The project's active runs, in columns by status or by a definition's phases. */
export function BoardPage() {
  const { id, slug } = useProject();
  const board = useBoard();
  const { filters, definition, counts } = board;
  const root = `/p/${slug}`;
  const tableSearch = changedSearch("", {
    definition: definition?.slug ?? null,
    person: filters.user_id,
    q: filters.q,
  });
  const withStatus = `${tableSearch === "" ? "?" : `${tableSearch}&`}status=`;
  const doors = doorsOf(counts, `${root}/runs${withStatus}`);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <h1 className="sr-only">{definition ? `Board of ${definition.name}` : "Board"}</h1>
      <BoardToolbar doors={doors} filtered={board.filtered} />
      {board.unknown ? (
        <UnknownDefinition slug={filters.definition ?? ""} />
      ) : (
        <QueryView
          query={{
            data: board.pending || board.error ? undefined : board.columns,
            error: board.error,
            isFetching: board.retrying,
            refetch: board.retry,
          }}
          skeleton={<BoardSkeleton />}
          className="flex-1"
        >
          {() => <Columns board={board} root={root} tableSearch={withStatus} doors={doors} />}
        </QueryView>
      )}
      <SinceLine project_id={id} href={`${root}/runs`} />
    </div>
  );
}

function Columns({
  board,
  root,
  tableSearch,
  doors,
}: {
  board: Board;
  root: string;
  tableSearch: string;
  doors: readonly Door[];
}) {
  const { columns, filters, definition, counts, filtered, hasDefinitions } = board;
  const list = useListNavigation<HTMLDivElement>({ columns: true });
  const scene = JSON.stringify(filters);
  useGlide(list, arrangementOf(columns), scene);

  const shown = columns.reduce((sum, column) => sum + column.runs.length, 0);
  const everRun = counts === null || Object.values(counts).some((count) => count > 0);
  if (shown === 0 && !everRun && !filtered) {
    return <NoRunsYet hasDefinitions={hasDefinitions ?? true} definition={definition} />;
  }
  // All matching runs may have left the board; then the columns stay, since they link to those runs.
  if (shown === 0 && filtered && (filters.status !== null || !everRun)) return <NoMatch />;
  return (
    <>
      <ColumnTabs columns={columns} doors={doors.filter(({ column }) => !column)} board={list} />
      <div
        ref={list}
        className="relative flex min-h-0 flex-1 snap-x snap-mandatory overflow-x-auto overflow-y-hidden md:snap-none"
      >
        {columns.map((column) => (
          <BoardColumn
            key={column.key}
            column={column}
            root={root}
            withDefinition={definition === undefined}
            tableSearch={tableSearch}
          />
        ))}
      </div>
    </>
  );
}
