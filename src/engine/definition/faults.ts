export { formatPath, type PathSegment } from "../../lib/field-path";

/** One thing wrong with a definition's file. Lines and columns count from 1. */
export interface DefinitionFault {
  /** As it was given to the parser, for example `.agent/workflows/definitions/ship.yaml`. */
  file: string;
  line: number;
  column: number;
  /** For people: what was expected at `path` and what was found. */
  message: string;
  /** As in `steps[2].timeout`; empty for the file as a whole. */
  path: string;
  /** What may stand there, as in `a whole number from 1 to 20`; null where no one thing is expected. */
  expected: string | null;
}

/** One line a fault, `file:line:column message`, for a log and for one text of all. */
export function renderFaults(faults: readonly DefinitionFault[]): string {
  return faults.map((fault) => `${fault.file}:${fault.line}:${fault.column} ${fault.message}`).join("\n");
}

const MAX_SHOWN = 60;

/** A value as a fault names it: `"soon"`, `12`, `a list of 3`. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object") return "a mapping";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text;
}
