import type { AttemptRef, Claim } from "../ports";
import { LOG_FILES, type LogFileType } from "./log-files";

/** Where a run keeps its snapshots, logs and artifacts. Every path is relative to the project's folder. */
export const EXECUTIONS = ".agent/workflows/executions";

/** The run's folder. */
export function runKey(runId: string): string {
  return `${EXECUTIONS}/${runId}`;
}

/** The folder of one attempt's four logs; what `log_directory_path` holds. */
export function logDirectoryKey(runId: string, stepId: string, attempt: number): string {
  return `${runKey(runId)}/logs/${stepId}/${attempt}`;
}

/** One log of one attempt, as sealed when the attempt ended. */
export function logKey(runId: string, stepId: string, attempt: number, type: LogFileType): string {
  return `${logDirectoryKey(runId, stepId, attempt)}/${LOG_FILES[type]}`;
}

/** What was said between an agent and us in one attempt, as JSONL. */
export function transcriptKey(runId: string, stepId: string, attempt: number): string {
  return `${logDirectoryKey(runId, stepId, attempt)}/transcript.jsonl`;
}

/** Where an upload is kept whose sender has not said yet to which step it belongs. */
export function uploadKey(runId: string, id: string): string {
  return `${runKey(runId)}/artifacts/.uploads/${id}`;
}

/** Where the artifacts of a step are kept, each under its id. */
export function artifactsKey(runId: string, stepId: string): string {
  return `${runKey(runId)}/artifacts/${stepId}`;
}

/** Files that live only as long as the attempts of a run do; always in the project's own folder. */
export function scratchRootKey(runId: string): string {
  return `${runKey(runId)}/tmp`;
}

/** Begins what one attempt has under one claim, so that a worker that lost its claim touches nobody else's. */
function scratchKey({ claim, step, number }: AttemptRef): string {
  return `${scratchRootKey(claim.run.id)}/${step.id}-${number}-${claim.epoch}`;
}

/** Whether a name in the run's scratch folder is of an attempt under this claim. */
export function isScratchOf({ epoch }: Claim, name: string): boolean {
  return name.endsWith(`-${epoch}-artifacts`) || name.endsWith(`-${epoch}-output.json`);
}

/** The folder whose files become artifacts, as a script is told. */
export function madeArtifactsKey(attempt: AttemptRef): string {
  return `${scratchKey(attempt)}-artifacts`;
}

/** The file for a step's output, as a script is told. */
export function madeOutputKey(attempt: AttemptRef): string {
  return `${scratchKey(attempt)}-output.json`;
}
