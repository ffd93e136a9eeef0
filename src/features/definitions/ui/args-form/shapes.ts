import type { FieldSpec, Option, Shape } from "./field-spec";
import { type Schema, schemaOr, textOf } from "./plain-schema";

interface Shaped {
  shape: Shape;
  /** The value's limits, in words. */
  hint: string | null;
  /** Null is one of its options. */
  hasNull?: boolean;
}

interface Nested {
  list: (items: Schema) => FieldSpec | null;
  group: () => FieldSpec[] | null;
}

const numberOf = (value: unknown) => (typeof value === "number" ? value : null);
const sentences = (parts: (string | null)[]) => parts.filter((part) => part !== null).join(" ") || null;

const JSON_FIELD: Shaped = { shape: { kind: "json" }, hint: "As JSON." };
const NONE: Option = { value: "null", label: "None" };

/** The control for a simplified schema; null if none fits. `nested` makes the fields of objects and lists. */
export function shapeOf(
  { schema, nullable, initial }: { schema: Schema; nullable: boolean; initial: unknown },
  nested: Nested,
): Shaped {
  const options = optionsOf(schema);
  if (options) return choiceOf(options, nullable);
  switch (schema.type) {
    case "string":
      return textShape(schema);
    case "number":
    case "integer":
      return numberShape(schema);
    case "boolean":
      if (!nullable) return { shape: { kind: "boolean" }, hint: null };
      return choiceOf(
        [
          { value: "true", label: "Yes" },
          { value: "false", label: "No" },
        ],
        true,
      );
    case "array":
      return listShape(schema, initial, nested) ?? JSON_FIELD;
    case undefined:
    case "object": {
      if (Object.keys(schemaOr(schema.properties)).length === 0) return JSON_FIELD;
      const fields = nested.group();
      return fields ? { shape: { kind: "group", fields }, hint: null } : JSON_FIELD;
    }
    default:
      return JSON_FIELD;
  }
}

function choiceOf(options: Option[], nullable: boolean): Shaped {
  const isThere = options.some(({ value }) => value === NONE.value);
  return {
    shape: { kind: "choice", options: nullable && !isThere ? [...options, NONE] : options },
    hint: null,
    hasNull: true,
  };
}

/** The options of an `enum`, a `const`, or a `oneOf` or `anyOf` of constants, with their titles. */
function optionsOf(schema: Schema): Option[] | null {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => optionOf(value));
  if ("const" in schema) return [optionOf(schema.const, schema.title)];
  const parts = [schema.oneOf, schema.anyOf].find(Array.isArray)?.map(schemaOr) ?? [];
  const each = parts.map((part) => {
    if ("const" in part) return [optionOf(part.const, part.title)];
    return Array.isArray(part.enum) ? part.enum.map((value) => optionOf(value)) : null;
  });
  return each.length > 0 && each.every((one) => one !== null) ? each.flat() : null;
}

function optionOf(value: unknown, title?: unknown): Option {
  const json = JSON.stringify(value);
  const plain = value === null ? NONE.label : typeof value === "string" && value !== "" ? value : json;
  return { value: json, label: textOf(title) ?? plain };
}

const span = (min: number | null, max: number | null, unit: string) => {
  if (min !== null && min === max) return `Exactly ${min}${unit}.`;
  if (min !== null && max !== null) return `${min} to ${max}${unit}.`;
  if (min !== null) return `At least ${min}${unit}.`;
  return max === null ? null : `At most ${max}${unit}.`;
};

const INPUTS: Record<string, "password" | "email" | "url"> = {
  password: "password",
  email: "email",
  uri: "url",
};
const TIMES = { date: null, "date-time": "In your time zone.", time: null } as const;

function textShape(schema: Schema): Shaped {
  const format = textOf(schema.format);
  const pattern = textOf(schema.pattern);
  const match = pattern ? `Must match ${pattern}` : null;
  if (format !== null && Object.hasOwn(TIMES, format)) {
    const time = format as keyof typeof TIMES;
    return { shape: { kind: "time", format: time }, hint: sentences([TIMES[time], match]) };
  }
  const min = numberOf(schema.minLength) ?? 0;
  const max = numberOf(schema.maxLength);
  const isLong = format === "textarea" || format === "markdown" || (max !== null && max > 200);
  const shown = format === null || isLong || format === "password" ? null : `Format: ${format}.`;
  return {
    shape: { kind: "text", input: INPUTS[format ?? ""] ?? "text", multiline: isLong, min, max },
    hint: sentences([span(min > 1 ? min : null, max, " characters"), shown, match]),
  };
}

function numberShape(schema: Schema): Shaped {
  const integer = schema.type === "integer";
  const min = numberOf(schema.minimum);
  const max = numberOf(schema.maximum);
  const above = numberOf(schema.exclusiveMinimum);
  const below = numberOf(schema.exclusiveMaximum);
  const step = numberOf(schema.multipleOf);
  const fault = (value: number) => {
    if (integer && !Number.isInteger(value)) return "must be a whole number";
    if (min !== null && value < min) return `must be at least ${min}`;
    if (max !== null && value > max) return `must be at most ${max}`;
    if (above !== null && value <= above) return `must be more than ${above}`;
    if (below !== null && value >= below) return `must be less than ${below}`;
    return null;
  };
  const hint = sentences([
    span(min, max, ""),
    above === null ? null : `More than ${above}.`,
    below === null ? null : `Less than ${below}.`,
    step === null ? null : `A multiple of ${step}.`,
  ]);
  return { shape: { kind: "number", integer, fault }, hint };
}

function listShape(schema: Schema, initial: unknown, nested: Nested): Shaped | null {
  if (typeof schema.items !== "object" || schema.items === null || "prefixItems" in schema) return null;
  const item = nested.list(schemaOr(schema.items));
  if (!item) return null;
  const min = numberOf(schema.minItems) ?? 0;
  const max = numberOf(schema.maxItems);
  const count = (unit: string) => span(min || null, max, unit);
  const distinct = item.kind === "choice" && (schema.uniqueItems === true || item.options.length <= 12);
  if (distinct) return { shape: { kind: "choices", options: item.options, min, max }, hint: count("") };
  const isText = item.kind === "text" && item.input === "text" && !item.multiline;
  const isPlain = isText && !item.nullable && item.hint === null && item.initial === undefined;
  if (isPlain && fitsLines(initial)) {
    return { shape: { kind: "lines", min, max }, hint: sentences(["One a line.", count(" lines")]) };
  }
  return { shape: { kind: "list", item, min, max }, hint: count("") };
}

/** True if a default survives being written as lines and read again. */
const fitsLines = (initial: unknown) =>
  !Array.isArray(initial) || initial.every((each) => typeof each === "string" && /^\S(.*\S)?$/.test(each));
