import { execFileSync } from "node:child_process";
import { codeOf } from "./errors";
import {
  isFirstInBox,
  type ProcessEntry,
  readProcess,
  readProcesses,
  readUser,
  readVariable,
} from "./process-tree-linux";

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
  /**
   * True where the root is a box with process ids of its own: its own two processes are not counted and get no SIGTERM,
   * and what has cleared its environment and left its session is found below them.
   */
  boxed?: boolean;
  /**
   * A user of the system all of whose processes belong to the caller. Those that neither carry a marker nor come from
   * one that does have cleared their environment and left their session; they belong to the tree.
   */
  user?: number;
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
  const processes = onLinux
    ? readProcesses(query.recent && query.user === undefined ? query.root : undefined)
    : readProcessesWithPs();
  const markers = onLinux ? null : readMarkersWithPs();
  const members = new Set<number>();
  for (const { pid, group, session } of processes) {
    const value = markers ? markers.get(pid) : readVariable(pid, MARKER);
    const own =
      query.root !== undefined && (pid === query.root || group === query.root || session === query.root);
    if (own || (value && query.marked(value))) members.add(pid);
  }
  if (onLinux && query.user !== undefined) addUnmarked(members, processes, query.user);
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
  const isOfBox = (pid: number) => query.boxed === true && (pid === query.root || isFirstInBox(pid));
  let found = listTree(query);
  let first = 0;
  let scanned = Date.now();
  while (found.length > 0) {
    const waited = Date.now() - began;
    if (waited >= grace + GIVE_UP_MS) break;
    const inside = found.filter((pid) => !isOfBox(pid));
    // A box in which nothing is left, or nothing has begun.
    const isEmpty = inside.length === 0;
    if (first === 0) first = inside.length;
    for (const pid of waited >= grace || isEmpty ? found : inside) {
      if (waited >= grace || isEmpty) signal(pid, "SIGKILL");
      else if (seen.size < first) signal(pid, "SIGTERM");
      if (inside.includes(pid)) seen.add(pid);
    }
    if (isEmpty && found.every((pid) => !isAlive(pid))) break;
    await new Promise((resolve) => setTimeout(resolve, waited >= grace ? 10 : isEmpty ? 1 : POLL_MS));
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

/** Adds the user's processes that have no marker and no parent any more, and come from none of the user's that has. */
function addUnmarked(members: Set<number>, processes: ProcessEntry[], user: number): void {
  const own = processes.filter(({ pid }) => !members.has(pid) && readUser(pid) === user);
  const parents = new Map(own.map(({ pid, parent }) => [pid, parent]));
  for (const { pid } of own) {
    let at: number | undefined = pid;
    let above = parents.get(at);
    while (at !== undefined && readVariable(at, MARKER) === null) {
      above = parents.get(at);
      at = above !== undefined && parents.has(above) ? above : undefined;
    }
    // One that its starter still waits for, as for one that loads a definition, is no orphan.
    if (at === undefined && above !== undefined && above <= 1) members.add(pid);
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
