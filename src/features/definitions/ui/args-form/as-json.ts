import { joinPath } from "../../../../lib/field-path";
import { type ArgsDraft, type DraftFields, draftOfFields, fieldsOfDraft } from "./draft";
import type { FieldSpec } from "./field-spec";
import { type ReadObject, readField, readNumeral, readWhole } from "./read";

/** The controls' content as JSON. Text that is not valid yet is kept as a JSON string. */
export function jsonOfDraft(fields: FieldSpec[], draft: DraftFields): string {
  return JSON.stringify(objectOf(fields, draft), null, 2);
}

function objectOf(fields: FieldSpec[], draft: DraftFields): Record<string, unknown> {
  const entries = fields.map((field) => [field.key, looseValue(field, draft[field.key])] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function looseValue(spec: FieldSpec, draft: ArgsDraft | undefined): unknown {
  const read = readField(spec, draft, "");
  if ("value" in read) return read.value;
  if (spec.kind === "group") return objectOf(spec.fields, fieldsOfDraft(draft));
  if (spec.kind === "list" && Array.isArray(draft)) {
    return draft.map((row) => looseValue(spec.item, row) ?? "");
  }
  if (Array.isArray(draft)) return draft.map((each) => JSON.parse(String(each)));
  if (typeof draft !== "string" || draft === "") return undefined;
  if (spec.kind === "lines") return draft.split("\n").filter((line) => line !== "");
  const number = spec.kind === "number" ? readNumeral(draft) : null;
  return number && "value" in number ? number.value : draft;
}

/** Fills the controls from a JSON text, or says which part of it they cannot show. */
export function draftOfJson(
  fields: FieldSpec[],
  text: string,
): { draft: DraftFields } | Extract<ReadObject, { faults: unknown }> {
  const read = readWhole(text);
  if ("faults" in read) return read;
  const draft = draftOfFields(fields, read.value);
  const lost = lostAt(read.value, objectOf(fields, draft), "args");
  if (lost === null) return { draft };
  return {
    faults: [{ path: lost, message: "has no field that shows it as it is: change it, or stay with JSON" }],
  };
}

/** Path of the first value in `value` that is missing in `kept`; null if nothing is missing. */
function lostAt(value: unknown, kept: unknown, path: string): string | null {
  if (typeof value !== "object" || value === null) return Object.is(value, kept) ? null : path;
  if (typeof kept !== "object" || kept === null) return path;
  if (Array.isArray(value) !== Array.isArray(kept)) return path;
  if (Array.isArray(value) && value.length !== (kept as unknown[]).length) return path;
  for (const [key, each] of Object.entries(value)) {
    const at = joinPath(path, Array.isArray(value) ? Number(key) : key);
    if (!Object.hasOwn(kept, key)) return at;
    const lost = lostAt(each, (kept as Record<string, unknown>)[key], at);
    if (lost !== null) return lost;
  }
  return null;
}
