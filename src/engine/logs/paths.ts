import { EXECUTIONS } from "../../lib/executions";
import { LOG_FILES, type LogFileType } from "./log-files";

/** Where a run keeps its snapshots, logs and artifacts. Every path is relative to the project's folder. */
export function runKey(runId: string): string {
  return `${EXECUTIONS}/${runId}`;
}

/** The folder of one attempt's four logs; what `log_directory_path` holds. */
export function logDirectoryKey(runId: string, stepId: string, attempt: number): string {
  return `${runKey(runId)}/logs/${stepId}/${attempt}`;
}

/** The file of one log of one attempt, once the logs became files. */
export function logKey(runId: string, stepId: string, attempt: number, type: LogFileType): string {
  return `${logDirectoryKey(runId, stepId, attempt)}/${LOG_FILES[type]}`;
}

/** The transcript of an agent and Phaseboard in one attempt, as JSONL. */
export function transcriptKey(runId: string, stepId: string, attempt: number): string {
  return `${logDirectoryKey(runId, stepId, attempt)}/transcript.jsonl`;
}

/** An upload for which its sender did not name a step yet. */
export function uploadKey(runId: string, id: string): string {
  return `${runKey(runId)}/artifacts/.uploads/${id}`;
}

/** Where the artifacts of a step are kept, each under its name. */
export function artifactsKey(runId: string, stepId: string): string {
  return `${runKey(runId)}/artifacts/${stepId}`;
}
