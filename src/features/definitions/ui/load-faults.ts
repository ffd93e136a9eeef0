import type { LoadFault } from "../schema";

/** The faults of this file. Code may also have faults in files that it imports. */
export function faultsIn(faults: readonly LoadFault[], path: string): LoadFault[] {
  return faults.filter(({ file }) => file === path);
}
