import type { FieldFault } from "../../../../lib/errors";
import { joinPath } from "../../../../lib/field-path";
import { isRecord } from "../../../../lib/is-record";
import { numeralFault } from "../../../../lib/number-fault";
import { JsonFault, parseJson } from "../../../../lib/parse-json";
import { type ArgsDraft, type DraftFields, fieldsOfDraft } from "./draft";
import type { FieldSpec } from "./field-spec";

export type Read = { value: unknown } | { faults: FieldFault[] };
export type ReadObject = { value: Record<string, unknown> } | { faults: FieldFault[] };
const fault = (path: string, message: string): Read => ({ faults: [{ path, message }] });
/** A value that is left out of the args. */
const NOTHING: Read = { value: undefined };

const NUMERAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

export function readNumeral(typed: string): { value: number } | { message: string } {
  const text = typed.trim();
  if (!NUMERAL.test(text)) return { message: "must be a number" };
  const lossy = numeralFault(text);
  return lossy ? { message: lossy } : { value: Number(text) };
}

function readNumber(spec: Extract<FieldSpec, { kind: "number" }>, text: string, path: string): Read {
  const read = readNumeral(text);
  if ("message" in read) return fault(path, read.message);
  const message = spec.fault(read.value);
  return message ? fault(path, message) : read;
}

function readText(spec: Extract<FieldSpec, { kind: "text" }>, value: string, path: string): Read {
  const { length } = [...value];
  if (length < spec.min) return fault(path, `must have at least ${spec.min} characters`);
  if (spec.max !== null && length > spec.max) return fault(path, `must have at most ${spec.max} characters`);
  return { value };
}

export function readJson(text: string, path: string): Read {
  try {
    return { value: parseJson(text) };
  } catch (thrown) {
    if (thrown instanceof JsonFault) return fault(path, thrown.message);
    return fault(path, `is not JSON: ${thrown instanceof Error ? thrown.message : "it cannot be read"}`);
  }
}

/**
 * Reads an empty control. An optional value without a default is left out; any other is an empty text or
 * list, null where the schema allows it, else a fault.
 */
function readEmpty(spec: FieldSpec, path: string): Read {
  const isMissed = spec.required || spec.initial !== undefined;
  if (spec.kind === "lines" || spec.kind === "choices" || spec.kind === "list") {
    return isMissed ? readCount(spec, [], path) : NOTHING;
  }
  if (spec.kind === "text" && typeof spec.initial === "string") return readText(spec, "", path);
  if (!isMissed) return NOTHING;
  if (spec.nullable) return { value: null };
  return fault(path, spec.kind === "choice" ? "must be chosen" : "must be filled in");
}

function readCount({ min, max }: { min: number; max: number | null }, value: unknown[], path: string): Read {
  if (value.length < min) return fault(path, `must have at least ${min}`);
  if (max !== null && value.length > max) return fault(path, `must have at most ${max}`);
  return { value };
}

const linesOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

function readGroup(spec: Extract<FieldSpec, { kind: "group" }>, draft: ArgsDraft, path: string): Read {
  const read = readFields(spec.fields, fieldsOfDraft(draft), path);
  const isBlank = "value" in read && Object.keys(read.value).length === 0;
  return isBlank && !spec.required && spec.initial === undefined ? NOTHING : read;
}

function readList(spec: Extract<FieldSpec, { kind: "list" }>, rows: ArgsDraft[], path: string): Read {
  const read = rows.map((row, index) => readField(spec.item, row, joinPath(path, index)));
  const count = readCount(spec, rows, path);
  const faults = [count, ...read].flatMap((each) => ("faults" in each ? each.faults : []));
  if (faults.length > 0) return { faults };
  return { value: read.map((each) => ("value" in each ? each.value : undefined)) };
}

/** The value of a control, undefined if it is left out, or its faults by path. */
export function readField(spec: FieldSpec, draft: ArgsDraft | undefined, path: string): Read {
  if (draft === null && spec.nullable) return { value: null };
  if (spec.kind === "boolean") return { value: draft === true };
  if (draft === undefined || draft === null || draft === "") return readEmpty(spec, path);
  if (spec.kind === "group") return readGroup(spec, draft, path);
  if (Array.isArray(draft)) {
    if (spec.kind === "list") return readList(spec, draft, path);
    const isSeveral = spec.kind === "choices" || spec.kind === "lines";
    const value = draft.map((each) => JSON.parse(String(each)));
    return isSeveral ? readCount(spec, value, path) : NOTHING;
  }
  const text = String(draft);
  switch (spec.kind) {
    case "number":
      return text.trim() === "" ? readEmpty(spec, path) : readNumber(spec, text, path);
    case "text":
      return readText(spec, text, path);
    case "time":
      return { value: text };
    case "choice":
      return spec.options.some((option) => option.value === text)
        ? { value: JSON.parse(text) }
        : fault(path, "must be one of those to choose from");
    case "lines": {
      const lines = linesOf(text);
      return lines.length === 0 ? readEmpty(spec, path) : readCount(spec, lines, path);
    }
    case "json":
      return text.trim() === "" ? readEmpty(spec, path) : readJson(text, path);
    default:
      return NOTHING;
  }
}

/** The args that the controls hold, or their faults by path, as in `args.targets[0].host`. */
export function readFields(fields: FieldSpec[], draft: DraftFields, path = "args"): ReadObject {
  const value: Record<string, unknown> = {};
  const faults: FieldFault[] = [];
  for (const field of fields) {
    const read = readField(field, draft[field.key], joinPath(path, field.key));
    if ("faults" in read) faults.push(...read.faults);
    else if (read.value !== undefined) value[field.key] = read.value;
  }
  return faults.length > 0 ? { faults } : { value };
}

/** As `readFields`, for args that are edited as one JSON text. */
export function readWhole(text: string): ReadObject {
  const read = readJson(text.trim() === "" ? "{}" : text, "args");
  if ("faults" in read) return read;
  if (isRecord(read.value)) return { value: read.value };
  return { faults: [{ path: "args", message: "must be a JSON object" }] };
}
