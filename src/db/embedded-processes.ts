import { execFile } from "node:child_process";
import { readdir, readFile, readlink, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { codeOf } from "../lib/errors";
import { waitFor } from "../lib/wait-for";

/** What a postmaster writes into its `postmaster.pid`. */
export interface PidFile {
  pid: number;
  port: number;
  ready: boolean;
}

const FAST_MS = 10_000;
const IMMEDIATE_MS = 5_000;

/** The cluster's `postmaster.pid`; null where it does not exist or is not complete yet. */
export async function findPidFile(cluster: string): Promise<PidFile | null> {
  const text = await readFile(join(cluster, "postmaster.pid"), "utf8").catch(() => "");
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return { pid, port: Number(lines[3] ?? 0), ready: lines[7]?.trim() === "ready" };
}

/**
 * Ids of the postmaster and backends of this cluster, whoever started them. Zombies are left out, and so is another
 * program that has the id in a stale `postmaster.pid`.
 */
export async function listClusterProcesses(cluster: string): Promise<number[]> {
  return process.platform === "linux" ? listByFolder(cluster) : listByPidFile(cluster);
}

/** All processes of Postgres work in the cluster's folder; zombies have no folder. */
async function listByFolder(cluster: string): Promise<number[]> {
  const folder = await stat(cluster).catch(() => null);
  if (!folder) return [];
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const program = await readlink(`/proc/${pid}/exe`).catch(() => "");
      if (!basename(program).startsWith("postgres")) return [];
      const cwd = await stat(`/proc/${pid}/cwd`).catch(() => null);
      return cwd && cwd.dev === folder.dev && cwd.ino === folder.ino ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

async function listByPidFile(cluster: string): Promise<number[]> {
  const file = await findPidFile(cluster);
  if (!file || process.platform === "win32") return file && isAlive(file.pid) ? [file.pid] : [];
  const shown = await promisify(execFile)("ps", ["-o", "stat=,command=", "-p", String(file.pid)]).catch(
    () => null,
  );
  const line = shown?.stdout.trim() ?? "";
  return line !== "" && !line.startsWith("Z") && line.includes(cluster) ? [file.pid] : [];
}

/**
 * Ends processes that a dead supervisor left on this cluster. Removes a `postmaster.pid` whose id another program has
 * now. Without any process it stays, since Postgres then cleans up shared memory. Returns the number of ended
 * processes.
 */
export async function endClusterProcesses(cluster: string): Promise<number> {
  const left = await listClusterProcesses(cluster);
  const postmaster = (await findPidFile(cluster))?.pid;
  const first = left.filter((pid) => pid === postmaster);
  signal(first, "SIGINT");
  const gone = async () => (await listClusterProcesses(cluster)).length === 0;
  if (!(await waitFor(gone, first.length > 0 ? FAST_MS : 0))) {
    signal(await listClusterProcesses(cluster), "SIGQUIT");
    if (!(await waitFor(gone, IMMEDIATE_MS))) {
      signal(await listClusterProcesses(cluster), "SIGKILL");
      await waitFor(gone, IMMEDIATE_MS);
    }
  }
  const stale = await findPidFile(cluster);
  if (stale && isAlive(stale.pid)) await rm(join(cluster, "postmaster.pid"), { force: true });
  return left.length;
}

function signal(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // The process has ended in between.
    }
  }
}

/** True also for a zombie, and for another user's process. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}
