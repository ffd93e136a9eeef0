import { join } from "node:path";
import type { AttemptRef, Claim } from "../run/ports";

/*
 * Files that live only as long as the attempts of a run. They lie outside of the project, so that a step that cleans
 * its working tree (git clean, git stash) does not remove them.
 */

/** Name of the folder in an attempt's folder whose files become artifacts. */
export const ARTIFACTS = "artifacts";

/** A run's scratch folder; `root` is the worker's folder for all runs, absolute. */
export function runScratch(root: string, runId: string): string {
  return join(root, runId);
}

/** The file with the run's args, for steps to read. */
export function argsFile(root: string, runId: string): string {
  return join(runScratch(root, runId), "args.json");
}

/** The folder of one attempt under one claim, so that a worker without a claim touches nothing of another's. */
export function attemptScratch(root: string, { claim, step, number }: AttemptRef): string {
  return join(runScratch(root, claim.run.id), `${step.id}-${number}-${claim.epoch}`);
}

/** Whether a name in the run's folder is that of an attempt's folder under this claim. */
export function isScratchOf({ epoch }: Claim, name: string): boolean {
  return name.endsWith(`-${epoch}`);
}

/** The folder whose files become artifacts of the step. */
export function madeArtifacts(root: string, attempt: AttemptRef): string {
  return join(attemptScratch(root, attempt), ARTIFACTS);
}

/** The file into which a step writes its output. */
export function madeOutput(root: string, attempt: AttemptRef): string {
  return join(attemptScratch(root, attempt), "output.json");
}

/** The file with the review by which the run went back, for steps to read. */
export function reviewFile(root: string, attempt: AttemptRef): string {
  return join(attemptScratch(root, attempt), "review.json");
}

/** The file for a script's text, where it is passed as a file. */
export function madeScript(root: string, attempt: AttemptRef): string {
  return join(attemptScratch(root, attempt), "script");
}
