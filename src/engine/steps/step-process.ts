import type { ChildProcess } from "node:child_process";
import { mkdir, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { madeArtifactsKey, madeOutputKey, runKey, scratchRootKey } from "../logs/paths";
import type { AttemptRef, Claim, RecordedResult } from "../ports";
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
  const { claim } = context;
  const base = runWorkingDirectory(claim.run);
  const artifacts = join(base, madeArtifactsKey(context));
  await readyFolder(claim);
  await mkdir(artifacts).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") return unlessThere(error);
    // A step has cleared up more than its own.
    ready.delete(claim);
    await readyFolder(claim);
    await mkdir(artifacts).catch(unlessThere);
  });
  return { output: join(base, madeOutputKey(context)), args: argsPath(claim), artifacts };
}

/** The claims whose run's folder is there, or on its way. */
const ready = new WeakMap<Claim, Promise<void>>();

function readyFolder(claim: Claim): Promise<void> {
  const known = ready.get(claim);
  if (known) return known;
  const making = makeFolder(claim);
  ready.set(claim, making);
  making.catch(() => ready.delete(claim));
  return making;
}

async function makeFolder(claim: Claim): Promise<void> {
  const { run } = claim;
  // A project's folder that was moved away does not come back empty.
  const base = await realpath(runWorkingDirectory(run));
  await mkdir(join(base, scratchRootKey(run.id)), { recursive: true });
  // An interrupted claim may have left it in part; what is there once it is removed is the whole snapshot.
  const args = argsPath(claim);
  await rm(args, { recursive: true, force: true });
  await writeFile(args, `${JSON.stringify(run.args, null, 2)}\n`, { flag: "wx" }).catch(unlessThere);
}

function argsPath({ run }: Claim): string {
  return join(runWorkingDirectory(run), runKey(run.id), "args.json");
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
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
