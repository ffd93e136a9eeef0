import { execFileSync } from "node:child_process";
import { codeOf } from "./errors";
import { type ProcessEntry, readProcess, readProcesses, readVariable } from "./process-tree-linux";

/**
 * Finds a tree of processes by parent id, group, session and a marker variable in the environment, which a fork keeps.
 * The marker finds an orphaned grandchild that called setsid.
 */
export interface TreeQuery {
  /** The process that was started, if known. */
  root?: number;
  /** Whether a value of `MARKER` belongs to the tree. */
  marked(value: string): boolean;
  /**
   * True where the root started a few seconds ago, so its children have higher ids. Older processes are then not read,
   * which saves most of the cost.
   */
  recent?: boolean;
}

/** The variable that each process of a step inherits. */
export const MARKER = "PHASEBOARD_MARK";
export interface EndOptions {
  /** Milliseconds from SIGTERM to SIGKILL; 0 kills at once. Default 10 s. */
  grace_ms?: number;
}

const GRACE_MS = 10_000;
const POLL_MS = 50;
/** Milliseconds between readings of all processes while the tree has time to end. */
const RESCAN_MS = 500;
/** Milliseconds after which to stop waiting for a process that cannot be killed (stuck in the kernel). */
const GIVE_UP_MS = 5_000;

/** The marker in a process's title, or in a line of `ps`, which shows the environment after the title. */
const IN_TEXT = new RegExp(` ${MARKER}=([^\\s\\0]+)`);

const onLinux = process.platform === "linux";

/** Ids of the tree's live processes, never this process. */
export function listTree(query: TreeQuery): number[] {
  if (process.platform === "win32")
    return query.root !== undefined && isAlive(query.root) ? [query.root] : [];
  const processes = onLinux ? readProcesses(query.recent ? query.root : undefined) : readProcessesWithPs();
  const markers = onLinux ? null : readMarkersWithPs();
  const members = new Set<number>();
  for (const { pid, group, session } of processes) {
    const value = markers ? markers.get(pid) : readVariable(pid, MARKER);
    const own =
      query.root !== undefined && (pid === query.root || group === query.root || session === query.root);
    if (own || (value && query.marked(value))) members.add(pid);
  }
  addDescendants(members, processes);
  members.delete(process.pid);
  return [...members];
}

/**
 * Ends the tree: SIGTERM, then SIGKILL to all after the grace time, until none is left. Processes that start meanwhile
 * clean up after others and get no SIGTERM. Returns the number of processes found.
 */
export async function endTree(query: TreeQuery, options: EndOptions = {}): Promise<number> {
  const grace = options.grace_ms ?? GRACE_MS;
  const seen = new Set<number>();
  const began = Date.now();
  let found = listTree(query);
  const first = found.length;
  let scanned = Date.now();
  while (found.length > 0) {
    const waited = Date.now() - began;
    if (waited >= grace + GIVE_UP_MS) break;
    for (const pid of found) {
      if (waited >= grace) signal(pid, "SIGKILL");
      else if (seen.size < first) signal(pid, "SIGTERM");
      seen.add(pid);
    }
    await new Promise((resolve) => setTimeout(resolve, waited >= grace ? 10 : POLL_MS));
    const left = found.filter(isAlive);
    const rescan = left.length === 0 || Date.now() - scanned >= RESCAN_MS || Date.now() - began >= grace;
    found = rescan ? listTree(query) : left;
    if (rescan) scanned = Date.now();
  }
  return seen.size;
}

/** Sends SIGKILL to the whole tree without waiting, for a process that is about to exit. */
export function killTreeNow(query: TreeQuery): void {
  for (const pid of listTree(query)) signal(pid, "SIGKILL");
}

/** Whether a process with this id runs, of any user. A zombie does not. */
export function isAlive(pid: number): boolean {
  if (onLinux) return readProcess(pid) !== null;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

function signal(pid: number, name: "SIGTERM" | "SIGKILL"): void {
  if (process.platform === "win32") {
    run("taskkill", ["/T", "/F", "/PID", String(pid)]);
    return;
  }
  try {
    process.kill(pid, name);
  } catch {
    // The process has ended already, or belongs to another user.
  }
}

function addDescendants(members: Set<number>, processes: ProcessEntry[]): void {
  const children = new Map<number, number[]>();
  for (const { pid, parent } of processes) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const open = [...members];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    for (const child of children.get(pid) ?? []) {
      if (members.has(child)) continue;
      members.add(child);
      open.push(child);
    }
  }
}

function readProcessesWithPs(): ProcessEntry[] {
  return run("ps", ["-axo", "pid=,ppid=,pgid=,stat="])
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([pid, , , stat]) => pid && !stat?.startsWith("Z"))
    .map(([pid, parent, group]) => ({
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: 0,
    }));
}

function readMarkersWithPs(): Map<number, string> {
  const found = new Map<number, string>();
  for (const line of run("ps", ["-axEwwo", "pid=,command="]).split("\n")) {
    const value = IN_TEXT.exec(line)?.[1];
    if (value) found.set(Number.parseInt(line, 10), value);
  }
  return found;
}

function run(command: string, args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024, stdio: "pipe" });
  } catch {
    return "";
  }
}
