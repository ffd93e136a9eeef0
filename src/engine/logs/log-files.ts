/** The four logs of an attempt, by the names of their files. */
export const LOG_FILES = {
  input: "input.json",
  output: "output.json",
  events: "events.jsonl",
  summary: "summary.md",
} as const;

export type LogFileType = keyof typeof LOG_FILES;
export const LOG_FILE_TYPES = Object.keys(LOG_FILES) as LogFileType[];
