import { isRunEnded, type RunStatus } from "../../model/states";

/** By what a board's runs are put into columns. */
export const BOARD_GROUPS = ["status", "phase", "person", "assignee", "label", "definition"] as const;
/** Beside those: the board of all projects. */
export const ALL_GROUPS = ["status", "project", "person", "assignee"] as const;
export type AllGroup = (typeof ALL_GROUPS)[number];
export type ProjectGroup = (typeof BOARD_GROUPS)[number];
export type BoardGroup = ProjectGroup | AllGroup;

/** For so many days a run that ended stays in the column of those that ended of late. */
export const RECENT_DAYS = 7;

/** What decides in which column of a board a run is. */
export interface BoardFacts {
  status: RunStatus;
  acknowledged: boolean;
  archived: boolean;
  /** A person has to answer. */
  needs_you: boolean;
  phase: string;
  /** The id of that by which it is grouped, where that is no state: of a person, a label, a definition, a project. */
  value: string;
}

/**
 * The key of the column that a run is in; null if it is not on the board. `only`: the board has that status alone. The
 * same rules as in `queries/columns-of.ts`, where also stands for how long a run that ended stays.
 */
export function columnKey(run: BoardFacts, group: BoardGroup, only: RunStatus | null): string | null {
  if (only !== null) return run.status === only ? only : null;
  if (isRunEnded(run.status)) {
    if (run.archived) return null;
    if (run.status !== "failed" || run.acknowledged) return "recent";
  }
  if (group === "status") return run.needs_you ? "needs_you" : run.status;
  if (group === "phase") return run.status === "pending" ? "pending" : `phase:${run.phase}`;
  return `${group}:${run.value}`;
}
