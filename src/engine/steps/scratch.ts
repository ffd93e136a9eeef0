import { join } from "node:path";
import type { AttemptRef, Claim } from "../run/ports";

/*
 * Files that live only as long as the attempts of a run. They lie outside of the project, so that a step that cleans
 * its working tree (git clean, git stash) does not remove them.
 */

/** A run's scratch folder; `root` is the worker's folder for all runs, absolute. */
export function runScratch(root: string, runId: string): string {
  return join(root, runId);
}

/** The file with the run's args, for steps to read. */
export function argsFile(root: string, runId: string): string {
  return join(runScratch(root, runId), "args.json");
}

/** Prefix of one attempt's files under one claim, so that a worker without a claim touches none of another's. */
function attemptScratch(root: string, { claim, step, number }: AttemptRef): string {
  return join(runScratch(root, claim.run.id), `${step.id}-${number}-${claim.epoch}`);
}

/** Whether a file name in the run's folder belongs to an attempt under this claim. */
export function isScratchOf({ epoch }: Claim, name: string): boolean {
  return ["artifacts", "output.json", "run"].some((kind) => name.endsWith(`-${epoch}-${kind}`));
}

/** The folder whose files become artifacts of the step. */
export function madeArtifacts(root: string, attempt: AttemptRef): string {
  return `${attemptScratch(root, attempt)}-artifacts`;
}

/** The file into which a step writes its output. */
export function madeOutput(root: string, attempt: AttemptRef): string {
  return `${attemptScratch(root, attempt)}-output.json`;
}

/** The file for a script's text, where it is passed as a file. */
export function madeScript(root: string, attempt: AttemptRef): string {
  return `${attemptScratch(root, attempt)}-run`;
}
