import { procedure, restOf, router } from "../../trpc/procedures";
import { getAllBoard, getBoard, getChanges, listColumn } from "./queries/get-board";
import {
  AllBoardInput,
  Board,
  BoardChanges,
  BoardChangesInput,
  BoardInput,
  ColumnInput,
  ColumnPage,
} from "./schema";

const rest = restOf("runs");

export const boardRouter = router({
  get: procedure
    .meta(
      rest("GET", "/projects/{project_id}/board", "A project's board: its columns and their first runs", {
        description:
          "Runs that have not ended, those that failed and that nobody has acknowledged, and those that ended in the last 7 days. Archived runs are not on it. Each column has the number of all its runs.",
      }),
    )
    .input(BoardInput)
    .output(Board)
    .query(({ ctx, input }) => getBoard(ctx, input)),
  all: procedure
    .meta(
      rest("GET", "/board", "The board of all of one's projects", {
        description: "As a project's own. A column has its first 40 runs at most, and the number of all.",
      }),
    )
    .input(AllBoardInput)
    .output(Board)
    .query(({ ctx, input }) => getAllBoard(ctx, input)),
  column: procedure
    .meta(rest("GET", "/projects/{project_id}/board/column", "Further runs of one of its columns"))
    .input(ColumnInput)
    .output(ColumnPage)
    .query(({ ctx, input }) => listColumn(ctx, input)),
  /** After events: what they changed, instead of the whole board. */
  changes: procedure
    .input(BoardChangesInput)
    .output(BoardChanges)
    .query(({ ctx, input }) => getChanges(ctx, input)),
});
