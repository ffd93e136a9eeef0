/** Where a run keeps its snapshots, logs and artifacts. Every path is relative to the project's folder. */
const EXECUTIONS = ".agent/workflows/executions";

const LOG_FILES = {
  input: "input.json",
  output: "output.json",
  events: "events.jsonl",
  summary: "summary.md",
} as const;

export type LogFileType = keyof typeof LOG_FILES;

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

/** The folder a step puts its artifacts into, shared by its attempts. */
export function artifactsKey(runId: string, stepId: string): string {
  return `${runKey(runId)}/artifacts/${stepId}`;
}

/** Files that live only as long as the attempt does. */
export function scratchKey(runId: string, stepId: string, attempt: number): string {
  return `${runKey(runId)}/tmp/${stepId}-${attempt}`;
}
