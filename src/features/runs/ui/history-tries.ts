import type { HistoryEntry } from "../schema";

type StatusEntry = Extract<HistoryEntry, { type: "status" }>;

/** One start of a run with everything that followed it, newest first. */
export interface RunTry {
  /** Null if the start is on a page that was not loaded yet. */
  start: StatusEntry | null;
  entries: HistoryEntry[];
}

/** Groups the history (newest first) by the starts of the run. */
export function triesOf(history: readonly HistoryEntry[]): RunTry[] {
  const tries: RunTry[] = [];
  let open: HistoryEntry[] = [];
  for (const entry of history) {
    if (entry.type === "status" && entry.status === "pending") {
      tries.push({ start: entry, entries: open });
      open = [];
    } else open.push(entry);
  }
  return open.length > 0 ? [...tries, { start: null, entries: open }] : tries;
}

/** Words for a status change that has no note. */
export function changeWords({ status, by }: Pick<StatusEntry, "status" | "by">): string {
  const verb = { pending: "Started", running: "Resumed", paused: "Paused", cancelled: "Cancelled" } as const;
  if (status === "completed") return "Completed";
  if (status === "failed") return "Failed";
  return by === null ? verb[status] : `${verb[status]} by ${by}`;
}
