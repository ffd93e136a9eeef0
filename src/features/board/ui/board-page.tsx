"use client";

import { QueryView } from "../../../components/query-view";
import { changedSearch } from "../../../components/use-address";
import { SinceLine } from "../../looks/ui/since-line";
import { useProject } from "../../projects/ui/project-provider";
import { UnknownDefinition } from "./board-empty";
import { BoardSkeleton } from "./board-skeleton";
import { BoardToolbar } from "./board-toolbar";
import { Columns } from "./columns-view";
import { doorsOf } from "./doors";
import { useBoard } from "./use-board";

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
      <BoardToolbar board={board} doors={doors} />
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
          {() => <Columns board={board} root={root} doors={doors} />}
        </QueryView>
      )}
      <SinceLine project_id={id} href={`${root}/runs`} />
    </div>
  );
}
