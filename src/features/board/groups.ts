/** By what a board's runs are put into columns. */
export const BOARD_GROUPS = ["status", "phase", "person", "assignee", "label", "definition"] as const;
/** Beside those: the board of all projects. */
export const ALL_GROUPS = ["status", "project", "person", "assignee"] as const;
export type AllGroup = (typeof ALL_GROUPS)[number];
export type ProjectGroup = (typeof BOARD_GROUPS)[number];
export type BoardGroup = ProjectGroup | AllGroup;

/** For so many days a run that ended stays in the column of those that ended of late. */
export const RECENT_DAYS = 7;
