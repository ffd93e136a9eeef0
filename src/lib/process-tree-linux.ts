import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

/** One process, as /proc shows it now. */
export interface ProcessEntry {
  pid: number;
  parent: number;
  group: number;
  session: number;
}

/** Up to this many ids are looked up one by one, which is faster than listing all processes. */
const FEW_IDS = 32;

/** All live processes, without zombies. `since`: only those whose process id was given out after this one. */
export function readProcesses(since?: number): ProcessEntry[] {
  return listPids(since)
    .map(readProcess)
    .filter((entry) => entry !== null);
}

function listPids(since?: number): number[] {
  // Ids count up and wrap around. After a wrap they do not tell which process is newer.
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

/** Threads have folders in /proc too, although a listing does not show them. */
function isProcess(id: number): boolean {
  return existsSync(`/proc/${id}`) && readProc(`/proc/${id}/status`)?.includes(`\nTgid:\t${id}\n`) === true;
}

/** The process; null where it does not exist or is a zombie. */
export function readProcess(pid: number): ProcessEntry | null {
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name in parentheses may hold spaces and parentheses itself.
  const [state, parent, group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === "Z" || state === "X") return null;
  return { pid, parent: Number(parent), group: Number(group), session: Number(session) };
}

/** A variable of the environment with which a process was started; null where it cannot be read. */
export function readVariable(pid: number, name: string): string | null {
  const environment = readProc(`/proc/${pid}/environ`);
  if (!environment) return null;
  const start = environment.startsWith(`${name}=`) ? 0 : environment.indexOf(`\0${name}=`) + 1;
  if (start === 0 && !environment.startsWith(`${name}=`)) return null;
  const end = environment.indexOf("\0", start);
  return environment.slice(start + name.length + 1, end === -1 ? undefined : end);
}

/** Whether it is the first process in a space of process ids just below this one's. */
export function isFirstInBox(pid: number): boolean {
  return /^NSpid:\t\d+\t1$/m.test(readProc(`/proc/${pid}/status`) ?? "");
}

/** The user of a process; null where it has ended. */
export function readUser(pid: number): number | null {
  const [, user] = /^Uid:\t(\d+)/m.exec(readProc(`/proc/${pid}/status`) ?? "") ?? [];
  return user === undefined ? null : Number(user);
}

/** The process id that was given out last. */
function lastPid(): number {
  return Number(readProc("/proc/loadavg")?.trim().split(" ").at(-1) ?? 0);
}

/** Identifies the space of process ids: within it an id means one process. */
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

/** The file's text; null where the process has ended meanwhile or belongs to another user. */
function readProc(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}
