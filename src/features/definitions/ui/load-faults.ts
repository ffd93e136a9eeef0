import type { LoadFault } from "../schema";

/** Where a fault is, for the editor. */
export type PlacedFault = Pick<LoadFault, "line" | "column" | "message">;

/** Those of the file itself: code may have been refused for a fault in a file that it imports. */
export function faultsIn(faults: readonly LoadFault[], path: string): LoadFault[] {
  return faults.filter(({ file }) => file === path);
}

/** The faults of the source for which a save was refused. */
export function savedFaults(error: {
  data?: { details?: Partial<PlacedFault>[] } | null | undefined;
}): PlacedFault[] {
  return (error.data?.details ?? []).flatMap(({ line, column = 1, message = "" }) =>
    line === undefined ? [] : [{ line, column, message }],
  );
}
