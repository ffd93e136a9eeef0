import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import type { RunBox } from "../../box/run-box";
import { BoxRefusal, type BoxUser, type Program } from "../../box/types";
import { codeOf, messageOf } from "../../lib/errors";
import type { Stdio } from "../../lib/pipes";
import type { TreeQuery } from "../../lib/process-tree";
import type { AttemptRef, Claim, RecordedResult, StepResult } from "../run/ports";
import { formatMark } from "./mark";
import { argsFile, attemptScratch, madeArtifacts, madeOutput, reviewFile } from "./scratch";
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

/** Gives the function that starts a step's program, for `lib/pipes.ts`, which provides its stdio. */
export function programOf({ program, args, cwd, env }: Program): (stdio: Stdio) => ChildProcess {
  return (stdio) =>
    spawn(program, args, {
      cwd,
      env: env as NodeJS.ProcessEnv,
      // A session of its own, so that a signal to the worker's group does not reach it.
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
 * Makes the folders and files that a step gets; a reason for people where that fails. Synchronous: the start of the
 * program waits for the same file system, and the thread pool would be slower.
 */
export function preparePaths(
  context: AttemptRef,
  scratch: string,
  user: BoxUser | null,
): ScriptPaths | { refusal: string } {
  try {
    return makePaths(context, scratch, user);
  } catch (error) {
    return { refusal: `The step's folder outside of the project could not be made: ${messageOf(error)}` };
  }
}

function makePaths(context: AttemptRef, scratch: string, user: BoxUser | null): ScriptPaths {
  const { claim, resumed } = context;
  const args = argsFile(scratch, claim.run.id);
  const folder = attemptScratch(scratch, context);
  makeScratchFolder(claim, folder, user);
  // An interrupted attempt may have left half a file; otherwise an existing file is whole.
  if (resumed) rmSync(args, { force: true });
  if (resumed || !existsSync(args)) writeArgs(args, claim);
  const [output, artifacts] = [madeOutput(scratch, context), madeArtifacts(scratch, context)];
  const review = claim.run.review && reviewFile(scratch, context);
  if (review) writeFileSync(review, `${JSON.stringify(claim.run.review, null, 2)}\n`);
  return { folder, output, args, artifacts, review };
}

function writeArgs(path: string, { run }: Claim): void {
  try {
    writeFileSync(path, `${JSON.stringify(run.args, null, 2)}\n`, { flag: "wx" });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/** Finds the processes of an attempt by its mark. */
export function queryOf({ kind, strayUser }: RunBox, mark: string): TreeQuery {
  return {
    marked: (value) => value === mark,
    boxed: kind === "bubblewrap",
    ...(strayUser === null ? {} : { user: strayUser }),
  };
}

/** Runs `work`; a step whose box cannot be made, or not as its definition wants it, has failed for good. */
export async function inItsBox(work: () => Promise<StepResult>): Promise<StepResult> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BoxRefusal) return failed(error.message, { is_final: true });
    throw error;
  }
}

/** Watches the process group of a step, so that it does not outlive its worker. Call the result once it ended. */
export type WatchGroup = (pid: number) => () => void;

export function exitOf(child: ChildProcess): Promise<StepExit> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", reject);
  });
}
