import { isRecord } from "../../../../lib/is-record";
import type { ArgsSpec, FieldSpec } from "./field-spec";

/**
 * What a control holds. Text stays as typed, valid or not. "" means left out of the args; null means null. A
 * list holds its rows, a multiple choice the ticked options.
 */
export type ArgsDraft = string | boolean | null | ArgsDraft[] | { [key: string]: ArgsDraft };
export type DraftFields = { [key: string]: ArgsDraft };

const pretty = (value: unknown) => JSON.stringify(value, null, 2);

export const fieldsOfDraft = (draft: ArgsDraft | undefined): DraftFields =>
  typeof draft === "object" && draft !== null && !Array.isArray(draft) ? draft : {};

/** True if a person must fill in something before the value is complete. */
function isOpen(spec: FieldSpec): boolean {
  if (!spec.required || spec.initial !== undefined || spec.nullable) return false;
  switch (spec.kind) {
    case "boolean":
      return false;
    case "choice":
      return spec.options.length !== 1;
    case "lines":
    case "choices":
    case "list":
      return spec.min > 0;
    case "group":
      return spec.fields.some(isOpen);
    default:
      return true;
  }
}

/** What a control shows at first if its schema has no default. */
function emptyDraft(spec: FieldSpec): ArgsDraft {
  if (spec.required && spec.nullable) return null;
  switch (spec.kind) {
    case "boolean":
      return false;
    case "choice":
      return spec.required && spec.options.length === 1 ? (spec.options[0]?.value ?? "") : "";
    case "list":
      return spec.required ? Array.from({ length: Math.min(spec.min, 10) }, () => draftOf(spec.item)) : "";
    case "group":
      // An optional object with required fields is shown only after the person adds it.
      return !spec.required && spec.fields.some(isOpen) ? "" : firstDraft(spec.fields);
    default:
      return "";
  }
}

/** What a control shows for a value, else for its default; as JSON text where it cannot show it. */
export function draftOf(spec: FieldSpec, given?: unknown): ArgsDraft {
  const value = given === undefined ? spec.initial : given;
  if (value === undefined) return emptyDraft(spec);
  if (value === null && spec.nullable) return null;
  switch (spec.kind) {
    case "text":
    case "time":
    case "number":
      return typeof value === "string" ? value : JSON.stringify(value);
    case "boolean":
      return value === true;
    case "choice":
      return JSON.stringify(value);
    case "lines":
      return Array.isArray(value) && value.length > 0 ? value.join("\n") : [];
    case "choices":
      return Array.isArray(value) ? value.map((item) => JSON.stringify(item)) : [];
    case "list":
      return Array.isArray(value) ? value.map((item) => draftOf(spec.item, item)) : "";
    case "group":
      return isRecord(value) ? draftOfFields(spec.fields, value) : "";
    case "json":
      return pretty(value);
  }
}

export function draftOfFields(fields: FieldSpec[], value: Record<string, unknown>): DraftFields {
  return Object.fromEntries(
    fields.map((field) => [
      field.key,
      draftOf(field, Object.hasOwn(value, field.key) ? value[field.key] : undefined),
    ]),
  );
}

/** The controls' first content: the schema's defaults. */
export const firstDraft = (fields: FieldSpec[]): DraftFields => draftOfFields(fields, {});

/** The defaults as JSON text, for args that are edited as JSON. */
export const firstJson = (spec: Extract<ArgsSpec, { kind: "json" }>) => pretty(spec.initial);
