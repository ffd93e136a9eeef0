import { join } from "node:path";
import type { AttemptRef, Claim } from "../ports";

/*
 * What lives only as long as the attempts of a run do. It lies outside of the project, where a step that cleans up
 * its working tree (git clean, git stash) finds nothing of ours.
 */

/** A run's folder; `root` is the worker's folder for all of them, absolute. */
export function runScratch(root: string, runId: string): string {
  return join(root, runId);
}

/** The run's args as a step is told of them. */
export function argsFile(root: string, runId: string): string {
  return join(runScratch(root, runId), "args.json");
}

/** Begins what one attempt has under one claim, so that a worker that lost its claim touches nobody else's. */
function attemptScratch(root: string, { claim, step, number }: AttemptRef): string {
  return join(runScratch(root, claim.run.id), `${step.id}-${number}-${claim.epoch}`);
}

/** Whether a name in the run's folder is of an attempt under this claim. */
export function isScratchOf({ epoch }: Claim, name: string): boolean {
  return ["artifacts", "output.json", "run"].some((kind) => name.endsWith(`-${epoch}-${kind}`));
}

/** The folder whose files become artifacts, as a step is told. */
export function madeArtifacts(root: string, attempt: AttemptRef): string {
  return `${attemptScratch(root, attempt)}-artifacts`;
}

/** The file for a step's output, as a step is told. */
export function madeOutput(root: string, attempt: AttemptRef): string {
  return `${attemptScratch(root, attempt)}-output.json`;
}

/** The file of what a script runs, where it is handed over in one. */
export function madeScript(root: string, attempt: AttemptRef): string {
  return `${attemptScratch(root, attempt)}-run`;
}
