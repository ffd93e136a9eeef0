import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

/** One process as /proc shows it at this moment. */
export interface ProcessEntry {
  pid: number;
  parent: number;
  group: number;
  session: number;
}

/** So few ids are sooner looked up one by one than found in the list of all processes. */
const FEW_IDS = 32;

/** Every process that has not ended (a zombie has); `since` leaves out those that were there before it. */
export function readProcesses(since?: number): ProcessEntry[] {
  return listPids(since)
    .map(readProcess)
    .filter((entry) => entry !== null);
}

function listPids(since?: number): number[] {
  // Ids count up and begin again at the top, after which nothing can be told from them.
  const last = since === undefined ? -1 : lastPid();
  const first = since !== undefined && last >= since ? since : 0;
  const given = last - first + 1;
  if (given > 0 && given <= FEW_IDS) {
    return Array.from({ length: given }, (_, index) => first + index).filter(isProcess);
  }
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid >= first);
}

/** Threads have ids and folders as well, though no list shows these. */
function isProcess(id: number): boolean {
  return existsSync(`/proc/${id}`) && readProc(`/proc/${id}/status`)?.includes(`\nTgid:\t${id}\n`) === true;
}

/** Null where there is no such process, or it has ended and only waits to be reaped. */
export function readProcess(pid: number): ProcessEntry | null {
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name in parentheses may hold spaces and parentheses itself.
  const [state, parent, group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === "Z" || state === "X") return null;
  return { pid, parent: Number(parent), group: Number(group), session: Number(session) };
}

/** Value of a variable in the environment that a process was started with; null where it cannot be read. */
export function readVariable(pid: number, name: string): string | null {
  const environment = readProc(`/proc/${pid}/environ`);
  if (!environment) return null;
  const start = environment.startsWith(`${name}=`) ? 0 : environment.indexOf(`\0${name}=`) + 1;
  if (start === 0 && !environment.startsWith(`${name}=`)) return null;
  const end = environment.indexOf("\0", start);
  return environment.slice(start + name.length + 1, end === -1 ? undefined : end);
}

/** The id that was given out last. */
function lastPid(): number {
  return Number(readProc("/proc/loadavg")?.trim().split(" ").at(-1) ?? 0);
}

/** Tells apart machines and containers in which the same process id means different processes. */
export function readPidSpace(): string {
  return `${readProc("/proc/sys/kernel/random/boot_id")?.trim() ?? ""}/${readLink("/proc/self/ns/pid")}`;
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** A process may end between two reads, or belong to another user. */
function readProc(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}
