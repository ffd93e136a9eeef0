import type { DefinitionFault } from "../../lib/definition-fault";

export { formatPath, type PathSegment } from "../../lib/field-path";
export type { DefinitionFault };

/** The faults as text, one `file:line:column message` per line. */
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
