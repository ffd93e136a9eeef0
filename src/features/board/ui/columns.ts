import { RUN_STATUSES, type RunStatus } from "../../../model/states";
import { runLook, tellingStep } from "../../in-run/ui/run-facts";
import { type DisplayStatus, displayStatus, STATUS_LOOKS } from "../../in-run/ui/status";
import type { RunListItem } from "../../runs/schema";
import { type BoardGroup, columnKey, RECENT_DAYS } from "../groups";
import type { Board, BoardColumn } from "../schema";

export interface ColumnFacts<R = RunListItem> {
  key: string;
  title: string;
  /** The column's status; null when it stands for something else. */
  status: DisplayStatus | null;
  /** Those that are loaded. */
  runs: R[];
  /** All runs of the column, loaded or not. */
  total: number;
  /** Says, in an empty column, what would put a card here. */
  hint: string;
  /** There are runs that are not loaded yet. */
  more: boolean;
}

export type CountsByStatus = Partial<Record<RunStatus, number>>;

const HINTS: Record<string, string> = {
  pending: "A new run waits here until a worker takes it.",
  running: "A run is here while its steps run.",
  needs_you: "A run is here while it waits for somebody's answer.",
  paused: "Pause a run, and it rests here.",
  failed: "A run whose step failed is here until it is retried, acknowledged or archived.",
  completed: "A run that gets through all its steps ends here.",
  cancelled: "A run that somebody cancelled ends here.",
  recent: `A run that is done or cancelled is here for ${RECENT_DAYS} days, unless it is archived before.`,
};

const TITLES: Record<string, string> = { recent: "Recently ended", needs_you: STATUS_LOOKS.needs_you.label };
const NONE: Partial<Record<BoardGroup, string>> = { assignee: "Nobody", label: "No label" };
const LOOKS: Record<string, DisplayStatus> = { needs_you: "needs_you", recent: "done" };

const endOf = (run: RunListItem) => {
  const ends = [run.completed_at, run.cancelled_at].filter((at) => at !== null).sort();
  return ends.at(-1) ?? run.updated_at;
};

const byKey =
  (key: (run: RunListItem) => string, sign: 1 | -1) => (left: RunListItem, right: RunListItem) => {
    const [a, b] = [key(left), key(right)];
    return sign * (a === b ? left.id.localeCompare(right.id) : a < b ? -1 : 1);
  };
const created = (run: RunListItem) => run.created_at;
const oldestFirst = byKey(created, 1);
const newestFirst = byKey(created, -1);
const endedFirst = byKey(endOf, -1);

const needsYou = (run: RunListItem) => runLook(run) === "needs_you";
/** Runs that wait for a person are at the top of their column. */
const peopleFirst = (left: RunListItem, right: RunListItem) =>
  Number(needsYou(right)) - Number(needsYou(left)) || newestFirst(left, right);

function orderOf(key: string) {
  if (key === "pending") return oldestFirst;
  if (key === "recent") return endedFirst;
  return key.includes(":") ? peopleFirst : newestFirst;
}

/** The phase of a run on the board: that of its running, failed or next step, else its first. */
export function phaseOf(
  run: Pick<RunListItem, "status" | "error_message" | "current_phase" | "steps">,
): string {
  return run.current_phase ?? tellingStep(run)?.phase ?? run.steps[0]?.phase ?? "";
}

/** By what a run is grouped, where that is no state. */
const VALUES: Partial<Record<BoardGroup, (run: RunListItem) => string | null | undefined>> = {
  project: (run) => run.project_id,
  person: (run) => run.user_id,
  assignee: (run) => run.assignee_id,
  label: (run) => run.labels[0]?.id,
  definition: (run) => run.workflow_definition_id,
};

/** The key of the column that a run is in; null if it is not on the board. */
export function columnOf(run: RunListItem, group: BoardGroup, only: RunStatus | null): string | null {
  const facts = {
    status: run.status,
    acknowledged: run.acknowledged_at !== null,
    archived: run.archived_at !== null,
    needs_you: needsYou(run),
    phase: group === "phase" ? phaseOf(run) : "",
    value: VALUES[group]?.(run) ?? "",
  };
  return columnKey(facts, group, only);
}

function titleOf(key: string, group: BoardGroup, title: string | null, run: RunListItem | undefined): string {
  if (title) return title;
  if (TITLES[key]) return TITLES[key];
  const status = RUN_STATUSES.find((each) => each === key);
  if (status) return STATUS_LOOKS[displayStatus(status)].label;
  const own = {
    status: "",
    project: "",
    phase: run && phaseOf(run),
    person: run?.user_name,
    assignee: run?.assignee_name,
    label: run?.labels[0]?.name,
    definition: run?.definition_name,
  };
  return own[group] || NONE[group] || "No phase";
}

function hintOf(key: string, title: string): string {
  return HINTS[key] ?? `A run is here while it is in ${title}.`;
}

function lookOf(key: string): DisplayStatus | null {
  const status = RUN_STATUSES.find((each) => each === key);
  return LOOKS[key] ?? (status ? displayStatus(status) : null);
}

/** What the head of a column says; `run`: one of its runs, where the server has not told its name yet. */
export function headOf(
  { key, title }: Pick<BoardColumn, "key" | "title">,
  group: BoardGroup,
  run?: RunListItem,
) {
  const name = titleOf(key, group, title, run);
  return { key, title: name, status: lookOf(key), hint: hintOf(key, name) };
}

/** The board's columns with the runs that are loaded, each where it belongs by now. */
export function columnsOf(
  { columns, items }: Board,
  group: BoardGroup,
  only: RunStatus | null,
): ColumnFacts[] {
  const loaded = new Map<string, RunListItem[]>();
  for (const run of items) {
    const key = columnOf(run, group, only);
    if (key !== null) loaded.set(key, [...(loaded.get(key) ?? []), run]);
  }
  const heads = [...columns];
  // An event may have brought a run into a column that the server has not told of yet.
  for (const key of loaded.keys()) {
    if (heads.some((head) => head.key === key)) continue;
    const place = heads.findIndex((head) => head.key === "recent");
    heads.splice(place < 0 ? heads.length : place, 0, { key, title: null, count: 0, next_cursor: null });
  }
  return heads.map(({ key, title, count, next_cursor }) => {
    const runs = (loaded.get(key) ?? []).sort(orderOf(key));
    const more = next_cursor !== null;
    return {
      ...headOf({ key, title }, group, runs[0]),
      runs,
      // Where all are loaded they are the number, which is then never behind what is on screen.
      total: more ? Math.max(count, runs.length) : runs.length,
      more,
    };
  });
}

/** A key for the arrangement of cards; a different key means that cards have moved. */
export function arrangementOf(columns: readonly ColumnFacts[]): string {
  return columns.map(({ key, runs }) => `${key}:${runs.map((run) => run.id).join(",")}`).join("|");
}
