/** What a line that says why is of. */
export const ERROR_KINDS = [
  /** The `::error::` command of GitHub's actions. */
  "annotation",
  /** A test that failed, as its runner writes it. */
  "test",
  /** A fault that a compiler or a linter found. */
  "compiler",
  /** A test that failed, as a JUnit or TAP report among the artifacts has it. */
  "report",
  /** An error that nothing caught, with its stack. */
  "exception",
  /** A line that calls itself an error. */
  "message",
  /** The last line of what the step wrote, where nothing else was found. */
  "output",
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** Why an attempt failed, in its own words. */
export interface ErrorLine {
  message: string;
  file: string | null;
  /** Line of the file, from 1. */
  line: number | null;
  /** Line of the attempt's log, from 1; null where only a report has it. */
  log_line: number | null;
  kind: ErrorKind;
}

/** The lines that say why, the most telling first, and what the log has there. */
export interface Why {
  errors: ErrorLine[];
  excerpt: string;
}

/** The line that says most about why a run failed, with the step that has it: its id in the definition, and its row. */
export interface RunError extends ErrorLine {
  step_id: string;
  row_id: string;
}
