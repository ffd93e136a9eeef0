import type { RunStatus } from "../../../model/states";
import { runLook, tellingStep } from "../../in-run/ui/run-facts";
import { type DisplayStatus, displayStatus, STATUS_LOOKS } from "../../in-run/ui/status";
import type { RunListItem } from "../../runs/schema";

export interface ColumnFacts {
  key: string;
  title: string;
  /** The column's status; null when it stands for a phase. */
  status: DisplayStatus | null;
  runs: RunListItem[];
  /** All runs of the column, loaded or not; null if only the loaded ones are counted. */
  total: number | null;
  /** Says, in an empty column, what would put a card here. */
  hint: string;
  /** The status by which the runs table shows the whole column; null for a phase. */
  door: RunStatus | null;
}

export type CountsByStatus = Partial<Record<RunStatus, number>>;

const HINTS: Record<RunStatus, string> = {
  pending: "A new run waits here until a worker takes it.",
  running: "A run is here while its steps run.",
  paused: "Pause a run, and it rests here.",
  failed: "A run whose step failed is here until it is retried.",
  completed: "A run that gets through all its steps ends here.",
  cancelled: "A run that somebody cancelled ends here.",
};

const SHOWN: readonly RunStatus[] = ["pending", "running", "paused", "failed", "completed"];

const endOf = (run: RunListItem) => run.completed_at ?? run.updated_at;

/** Puts runs that wait for a person at the top of their column. */
const peopleFirst = (runs: readonly RunListItem[]) =>
  runs.toSorted((left, right) => Number(needsYou(right)) - Number(needsYou(left)));
const needsYou = (run: RunListItem) => runLook(run) === "needs_you";

function statusColumn(
  status: RunStatus,
  runs: readonly RunListItem[],
  counts: CountsByStatus | null,
): ColumnFacts {
  const display = displayStatus(status);
  const here = runs.filter((run) => run.status === status);
  if (status === "completed") here.sort((left, right) => endOf(right).localeCompare(endOf(left)));
  return {
    key: status,
    title: STATUS_LOOKS[display].label,
    status: display,
    // Pending runs start in order, so the oldest is shown first.
    runs: status === "pending" ? here.toReversed() : peopleFirst(here),
    total: counts?.[status] ?? null,
    hint: HINTS[status],
    door: status,
  };
}

/** One column for each status, or only the filtered one. `runs` are sorted newest first. */
export function columnsByStatus(
  runs: readonly RunListItem[],
  counts: CountsByStatus | null,
  only: RunStatus | null,
): ColumnFacts[] {
  return (only === null ? SHOWN : [only]).map((status) => statusColumn(status, runs, counts));
}

/** The phase of a run on the board: that of its running, failed or next step; null before the first step. */
export function phaseOf(
  run: Pick<RunListItem, "status" | "error_message" | "current_phase" | "steps">,
): string | null {
  if (run.status === "pending") return null;
  return run.current_phase ?? tellingStep(run)?.phase ?? run.steps[0]?.phase ?? null;
}

/**
 * A column for waiting runs, one for each phase, and one for completed runs. Phases that only an older
 * revision has come after the current ones.
 */
export function columnsByPhase(
  phases: readonly string[],
  runs: readonly RunListItem[],
  counts: CountsByStatus | null,
): ColumnFacts[] {
  const moving = runs.filter((run) => run.status !== "pending" && run.status !== "completed");
  const former = moving
    .map(phaseOf)
    .filter((phase): phase is string => phase !== null && !phases.includes(phase));
  const columns = [...phases, ...new Set(former)].map(
    (phase): ColumnFacts => ({
      key: `phase:${phase}`,
      title: phase,
      status: null,
      runs: peopleFirst(moving.filter((run) => phaseOf(run) === phase)),
      total: null,
      hint: `A run is here while it is in ${phase}.`,
      door: null,
    }),
  );
  return [statusColumn("pending", runs, counts), ...columns, statusColumn("completed", runs, counts)];
}

/** A key for the arrangement of cards; a different key means that cards have moved. */
export function arrangementOf(columns: readonly ColumnFacts[]): string {
  return columns.map(({ key, runs }) => `${key}:${runs.map((run) => run.id).join(",")}`).join("|");
}
