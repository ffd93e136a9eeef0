import { type ChildProcess, spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { madeArtifactsKey, runKey, scratchKey } from "../logs/paths";
import type { AttemptRef, RecordedResult } from "../ports";
import { runWorkingDirectory } from "../working-directory";
import { formatMark } from "./mark";
import type { ScriptPaths } from "./script-environment";

export interface StepExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The marker of an attempt's processes; `processKey` names the worker process. */
export function markOf(processKey: string, { claim, attempt_id }: AttemptRef): string {
  return formatMark({ process_key: processKey, run_id: claim.run.id, epoch: claim.epoch, attempt_id });
}

export function failed(
  error_message: string,
  facts: { output?: unknown; exit_code?: number | null; signal?: string | null } = {},
): RecordedResult {
  const { output = null, exit_code = null, signal = null } = facts;
  return { status: "failed", error_message, output, exit_code, signal };
}

/** Makes the folders and files that a step is told of. */
export async function preparePaths(context: AttemptRef): Promise<ScriptPaths> {
  const { claim, resumed } = context;
  const base = runWorkingDirectory(claim.run);
  const artifacts = join(base, madeArtifactsKey(context));
  const args = join(base, runKey(claim.run.id), "args.json");
  await mkdir(artifacts, { recursive: true });
  // An interrupted attempt may have left it in part; else what is there is whole.
  const flag = resumed ? "w" : "wx";
  await writeFile(args, `${JSON.stringify(claim.run.args, null, 2)}\n`, { flag }).catch(unlessThere);
  return { output: join(base, scratchKey(context), "output.json"), args, artifacts };
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}

/** The command, made to end with this process where the system has a way to say so. */
export function tiedToWorker(command: [string, ...string[]]): [string, ...string[]] {
  const setpriv = findSetpriv();
  return setpriv ? [setpriv, "--pdeathsig", "KILL", ...command] : command;
}

let setprivPath: string | null | undefined;

/** util-linux's setpriv where there is one: it ties the process's life to ours, through kill -9 too. */
function findSetpriv(): string | null {
  if (setprivPath === undefined) {
    const works = (path: string) =>
      spawnSync(path, ["--pdeathsig", "KILL", "true"], { stdio: "ignore" }).status === 0;
    setprivPath = ["/usr/bin/setpriv", "/bin/setpriv"].find(works) ?? null;
  }
  return setprivPath;
}

export function exitOf(child: ChildProcess): Promise<StepExit> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", reject);
  });
}

export function isSpawnFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const fault = error as NodeJS.ErrnoException;
  return fault.syscall?.startsWith("spawn") === true || fault.code?.startsWith("ERR_INVALID_ARG") === true;
}
