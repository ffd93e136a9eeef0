import type { FieldFault } from "../../../../lib/errors";
import { numeralFault } from "../../../../lib/number-fault";
import { JsonFault, parseJson } from "../../../../lib/parse-json";
import type { ArgsSpec, FieldSpec } from "./spec";

/** What the controls hold: text as typed, so that nothing is lost while it is not yet valid. */
export type Draft = string | boolean | string[] | { [key: string]: Draft };
export type DraftFields = { [key: string]: Draft };

/** An option of a choice as the select's value; JSON keeps `1` and `"1"` apart. */
export const optionValue = (option: unknown) => JSON.stringify(option);

const pretty = (value: unknown) => JSON.stringify(value, null, 2);

function draftOf(spec: FieldSpec): Draft {
  const { initial } = spec;
  switch (spec.kind) {
    case "text":
      return typeof initial === "string" ? initial : "";
    case "number":
      return typeof initial === "number" ? String(initial) : "";
    case "boolean":
      return initial === true;
    case "choice":
      if (initial !== undefined) return optionValue(initial);
      return spec.required && spec.options.length === 1 ? optionValue(spec.options[0]) : "";
    case "lines":
      return Array.isArray(initial) ? initial.join("\n") : "";
    case "choices":
      return Array.isArray(initial) ? initial.filter((item) => typeof item === "string") : [];
    case "group": {
      const given =
        typeof initial === "object" && initial !== null ? (initial as Record<string, unknown>) : {};
      return firstDraft(
        spec.fields.map((field) => ({ ...field, initial: given[field.key] ?? field.initial })),
      );
    }
    case "json":
      return initial === undefined ? "" : pretty(initial);
  }
}

/** The controls' first content: the schema's defaults. */
export function firstDraft(fields: FieldSpec[]): DraftFields {
  return Object.fromEntries(fields.map((field) => [field.key, draftOf(field)]));
}

/** The same for args that are edited as JSON as a whole. */
export const firstJson = (spec: Extract<ArgsSpec, { kind: "json" }>) => pretty(spec.initial);

type Read = { value: unknown } | { faults: FieldFault[] };
const fault = (path: string, message: string): Read => ({ faults: [{ path, message }] });
/** Left out of the args. */
const NOTHING: Read = { value: undefined };

function readNumber(spec: Extract<FieldSpec, { kind: "number" }>, text: string, path: string): Read {
  const value = Number(text.trim());
  if (Number.isNaN(value)) return fault(path, "must be a number");
  const lossy = numeralFault(text.trim());
  if (lossy) return fault(path, lossy);
  if (spec.integer && !Number.isInteger(value)) return fault(path, "must be a whole number");
  if (spec.min !== null && value < spec.min) return fault(path, `must be at least ${spec.min}`);
  if (spec.max !== null && value > spec.max) return fault(path, `must be at most ${spec.max}`);
  return { value };
}

function readText(spec: Extract<FieldSpec, { kind: "text" }>, value: string, path: string): Read {
  const { length } = [...value];
  if (length < spec.min) return fault(path, `must have at least ${spec.min} characters`);
  if (spec.max !== null && length > spec.max) return fault(path, `must have at most ${spec.max} characters`);
  return { value };
}

function readJson(text: string, path: string): Read {
  try {
    return { value: parseJson(text) };
  } catch (thrown) {
    if (thrown instanceof JsonFault) return fault(path, thrown.message);
    return fault(path, `is not JSON: ${thrown instanceof Error ? thrown.message : "it cannot be read"}`);
  }
}

function readField(spec: FieldSpec, draft: Draft | undefined, path: string): Read {
  const text = typeof draft === "string" ? draft : "";
  if (spec.kind === "boolean") return { value: draft === true };
  if (spec.kind === "group") {
    const read = readFields(
      spec.fields,
      typeof draft === "object" && !Array.isArray(draft) ? draft : {},
      path,
    );
    if ("faults" in read) return read;
    return Object.keys(read.value).length === 0 && !spec.required ? NOTHING : read;
  }
  if (spec.kind === "choices" || spec.kind === "lines") {
    const value = Array.isArray(draft)
      ? draft
      : text
          .split("\n")
          .map((line) => line.trim())
          .filter((line) => line !== "");
    if (value.length === 0 && !spec.required) return NOTHING;
    if (value.length < spec.min) return fault(path, `must have at least ${spec.min}`);
    return { value };
  }
  if (text.trim() === "" && spec.required && spec.nullable) return { value: null };
  if (text.trim() === "") return spec.required ? fault(path, "must be filled in") : NOTHING;
  if (spec.kind === "number") return readNumber(spec, text, path);
  if (spec.kind === "text") return readText(spec, text, path);
  return readJson(text, path);
}

/** The args that the controls stand for, or what is wrong with them by path, as in `args.channel`. */
export function readFields(
  fields: FieldSpec[],
  draft: DraftFields,
  path = "args",
): { value: Record<string, unknown> } | { faults: FieldFault[] } {
  const value: Record<string, unknown> = {};
  const faults: FieldFault[] = [];
  for (const field of fields) {
    const read = readField(field, draft[field.key], `${path}.${field.key}`);
    if ("faults" in read) faults.push(...read.faults);
    else if (read.value !== undefined) value[field.key] = read.value;
  }
  return faults.length > 0 ? { faults } : { value };
}

/** As `readFields`, for args edited as JSON as a whole. */
export function readWhole(text: string): { value: Record<string, unknown> } | { faults: FieldFault[] } {
  const read = readJson(text.trim() === "" ? "{}" : text, "args");
  if ("faults" in read) return read;
  const { value } = read;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { faults: [{ path: "args", message: "must be a JSON object" }] };
  }
  return { value: value as Record<string, unknown> };
}

/** What is wrong at `path` or inside of it, in one line; null where nothing is. */
export function faultAt(faults: FieldFault[], path: string, deep = true): string | null {
  const found = faults.filter(
    (each) =>
      each.path === path || (deep && (each.path.startsWith(`${path}.`) || each.path.startsWith(`${path}[`))),
  );
  if (found.length === 0) return null;
  return found
    .map((each) => {
      const rest = each.path.slice(path.length).replace(/^\./, "");
      return rest === "" ? capital(each.message) : `${rest} ${each.message}`;
    })
    .join("; ");
}

const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
