import { readFileSync, readlinkSync } from "node:fs";
import { readProcesses } from "../lib/process-tree-linux";

/**
 * The ids that processes of a folder have outside of their box, by those that they know themselves; 0 for one that has
 * ended. Ask while they live: the next box gives the same ids again.
 */
export function hostPids(folder: string, pids: (string | number)[]): number[] {
  const here = readProcesses().filter(({ pid }) => folderOf(pid) === folder);
  return pids.map((id) => here.find(({ pid }) => innermost(pid) === Number(id))?.pid ?? 0);
}

/** The id of a process in its own space of ids. */
function innermost(pid: number): number {
  const status = quietly(() => readFileSync(`/proc/${pid}/status`, "latin1"));
  return Number(/^NSpid:.*\t(\d+)$/m.exec(status)?.[1] ?? pid);
}

const folderOf = (pid: number) => quietly(() => readlinkSync(`/proc/${pid}/cwd`));

/** Empty where the process has ended meanwhile. */
function quietly(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
