import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { messageOf } from "../../lib/errors";
import type { Stdio } from "../../lib/pipes";
import type { AttemptRef, Claim, RecordedResult } from "../ports";
import { formatMark } from "./mark";
import { argsFile, madeArtifacts, madeOutput } from "./scratch";
import { makeScratchFolder } from "./scratch-folder";
import type { ScriptPaths } from "./script-environment";

export interface StepExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The marker of an attempt's processes; `processKey` names the worker process. */
export function markOf(processKey: string, { claim, attempt_id }: AttemptRef): string {
  return formatMark({ process_key: processKey, run_id: claim.run.id, epoch: claim.epoch, attempt_id });
}

/** How a step's program starts, for one of `lib/pipes.ts` to hand it its ends. */
export function programOf(
  { program, args }: { program: string; args: string[] },
  cwd: string,
  env: Record<string, string>,
): (stdio: Stdio) => ChildProcess {
  return (stdio) =>
    spawn(program, args, {
      cwd,
      env: env as NodeJS.ProcessEnv,
      // A session and group of its own: a signal to the worker's group does not reach it.
      detached: process.platform !== "win32",
      stdio,
      windowsHide: true,
    });
}

export function failed(
  error_message: string,
  facts: { output?: unknown; exit_code?: number | null; signal?: string | null; is_final?: boolean } = {},
): RecordedResult {
  const { output = null, exit_code = null, signal = null, is_final } = facts;
  return { status: "failed", error_message, output, exit_code, signal, ...(is_final ? { is_final } : {}) };
}

/**
 * Makes the folders and files that a step is told of; a reason for people where that fails. Does not leave the
 * thread: starting a program waits for the same file system, and a turn through the pool takes longer.
 */
export function preparePaths(context: AttemptRef, scratch: string): ScriptPaths | { refusal: string } {
  try {
    return makePaths(context, scratch);
  } catch (error) {
    return { refusal: `The step's folder outside of the project could not be made: ${messageOf(error)}` };
  }
}

function makePaths(context: AttemptRef, scratch: string): ScriptPaths {
  const { claim, resumed } = context;
  const artifacts = madeArtifacts(scratch, context);
  const args = argsFile(scratch, claim.run.id);
  makeScratchFolder(claim, artifacts);
  // An interrupted attempt may have left it in part; else what is there is whole.
  if (resumed || !existsSync(args)) writeArgs(args, claim, resumed ? "w" : "wx");
  return { output: madeOutput(scratch, context), args, artifacts };
}

function writeArgs(path: string, { run }: Claim, flag: "w" | "wx"): void {
  try {
    writeFileSync(path, `${JSON.stringify(run.args, null, 2)}\n`, { flag });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** Is told of the process group of a step until that has ended, so that it does not outlive its worker. */
export type WatchGroup = (pid: number) => () => void;

export function exitOf(child: ChildProcess): Promise<StepExit> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", reject);
  });
}
