/** Names of the four log files of an attempt. */
export const LOG_FILES = {
  input: "input.json",
  output: "output.json",
  events: "events.jsonl",
  summary: "summary.md",
} as const;

export type LogFileType = keyof typeof LOG_FILES;
export const LOG_FILE_TYPES = Object.keys(LOG_FILES) as LogFileType[];
