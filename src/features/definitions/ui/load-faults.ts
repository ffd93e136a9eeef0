import type { LoadFault } from "../schema";

/** A fault with its place, for the editor. */
export type PlacedFault = Pick<LoadFault, "line" | "column" | "message">;

/** The faults of this file. Code may also have faults in files that it imports. */
export function faultsIn(faults: readonly LoadFault[], path: string): LoadFault[] {
  return faults.filter(({ file }) => file === path);
}

/** The source faults for which the server refused a save. */
export function savedFaults(error: {
  data?: { details?: Partial<PlacedFault>[] } | null | undefined;
}): PlacedFault[] {
  return (error.data?.details ?? []).flatMap(({ line, column = 1, message = "" }) =>
    line === undefined ? [] : [{ line, column, message }],
  );
}
