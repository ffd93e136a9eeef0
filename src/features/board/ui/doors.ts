import type { RunCounts } from "./columns";

/** Where runs are listed that have left the board, and how many are there. */
export interface Door {
  href: string;
  count: number;
  label: string;
  /** The newest of them stand in a column all the same. */
  column: boolean;
}

/** A door for each status that runs end in with nothing more to do; `search` is the table's address up to the status. */
export function doorsOf(counts: RunCounts | null, search: string): Door[] {
  const doors = [
    { status: "completed", label: "done", column: true },
    { status: "cancelled", label: "cancelled", column: false },
  ] as const;
  return doors
    .map(({ status, ...door }) => ({ ...door, href: `${search}${status}`, count: counts?.[status] ?? 0 }))
    .filter(({ count }) => count > 0);
}
