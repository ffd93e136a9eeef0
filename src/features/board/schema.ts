import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { NextCursor, pageOf } from "../../lib/page";
import { OfWhom, RunListItem, RunStatus } from "../runs/schema";
import { ALL_GROUPS, BOARD_GROUPS } from "./groups";

/** Cards of a column in the first answer at most, and in each further page of it. */
export const COLUMN_PAGE = 20;

/** Runs that a board can be asked for by their ids at once. */
export const MAX_CHANGES = 200;

/** Cards of a column on the board of all projects; the projects' own boards have the others. */
export const ALL_CARDS = 40;

export const AllBoardInput = inputOf({ group_by: z.enum(ALL_GROUPS).default("status") });
export type AllBoardInput = z.output<typeof AllBoardInput>;

export const BoardInput = inputOf({
  ...OfWhom,
  group_by: z.enum(BOARD_GROUPS).default("status"),
  status: RunStatus.optional().describe("One column: the runs in this status, however long ago they ended."),
});
export type BoardInput = z.output<typeof BoardInput>;

export const BoardColumn = z
  .object({
    key: z
      .string()
      .describe("`pending`, `needs_you`, `recent`, `phase:build`, `person:<id>`, `definition:<id>`, …"),
    title: z.string().nullable().describe("Its name, where the key does not say it."),
    count: z.number().int().describe("Of all its runs, loaded or not."),
    next_cursor: NextCursor.describe("Where `board.column` goes on; null: these are all."),
  })
  .meta({ id: "BoardColumn" });
export type BoardColumn = z.infer<typeof BoardColumn>;

/** The first cards of all columns, in no order. */
export const Board = z
  .object({ columns: z.array(BoardColumn), items: z.array(RunListItem) })
  .meta({ id: "Board" });
export type Board = z.infer<typeof Board>;

export const ColumnInput = BoardInput.extend({
  key: z.string().min(1).max(300).describe("Of the column."),
  cursor: z.string().max(4_000).describe("The `next_cursor` of the page before.").optional(),
});
export type ColumnInput = z.output<typeof ColumnInput>;
export const ColumnPage = pageOf(RunListItem);

export const BoardChangesInput = BoardInput.extend({ ids: z.array(Id).max(MAX_CHANGES) });
export type BoardChangesInput = z.output<typeof BoardChangesInput>;

/** What has become of some runs of a board: those of them that are still on it, and all its counts. */
export const BoardChanges = z.object({
  columns: z.array(BoardColumn.omit({ next_cursor: true })),
  items: z.array(RunListItem),
});
export type BoardChanges = z.infer<typeof BoardChanges>;
