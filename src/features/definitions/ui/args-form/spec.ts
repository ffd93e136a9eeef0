/** A JSON Schema as this form can draw it: one control a field, or raw JSON where it cannot. */
export type FieldSpec = {
  key: string;
  label: string;
  hint: string | null;
  required: boolean;
  /** Left empty it is null, where it has to be something. */
  nullable: boolean;
  /** What the schema gives as `default`; undefined where it gives none. */
  initial: unknown;
} & (
  | {
      kind: "text";
      multiline: boolean;
      secret: boolean;
      min: number;
      max: number | null;
      pattern: string | null;
    }
  | { kind: "number"; integer: boolean; min: number | null; max: number | null }
  | { kind: "boolean" }
  | { kind: "choice"; options: (string | number | boolean | null)[]; titles?: string[] }
  | { kind: "lines"; min: number; max: number | null }
  | { kind: "choices"; options: string[]; min: number }
  | { kind: "group"; fields: FieldSpec[] }
  | { kind: "json" }
);

/** Null: there is nothing to ask. `json`: the whole of the args is edited as text. */
export type ArgsSpec = { kind: "fields"; fields: FieldSpec[] } | { kind: "json"; initial: unknown } | null;

type Schema = Record<string, unknown>;

/** Keywords whose meaning a row of controls cannot show; the server still checks them. */
const COMBINES = [
  "$ref",
  "oneOf",
  "anyOf",
  "allOf",
  "not",
  "if",
  "patternProperties",
  "dependentSchemas",
  "propertyNames",
];
const DEEPEST = 3;

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const textOr = (value: unknown, fallback: string | null) =>
  typeof value === "string" && value !== "" ? value : fallback;
const numberOr = (value: unknown) => (typeof value === "number" ? value : null);
const combines = (schema: Schema) => COMBINES.some((keyword) => keyword in schema);

/** "release_channel" → "Release channel". */
function labelOf(key: string): string {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .trim()
    .toLowerCase();
  return words === "" ? key : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** Reads a definition's `args_schema`. */
export function argsSpec(schema: Schema | null): ArgsSpec {
  if (!schema) return null;
  const whole = { kind: "json", initial: schema.default ?? {} } as const;
  if (combines(schema) || (schema.type !== undefined && schema.type !== "object")) return whole;
  const properties = isSchema(schema.properties) ? schema.properties : {};
  if (Object.keys(properties).length === 0) return schema.additionalProperties ? whole : null;
  return { kind: "fields", fields: fieldsOf(schema, 0) };
}

function fieldsOf(schema: Schema, depth: number): FieldSpec[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  const given = isSchema(schema.default) ? schema.default : {};
  return Object.entries(isSchema(schema.properties) ? schema.properties : {}).map(([key, property]) =>
    fieldOf(key, isSchema(property) ? property : {}, required.includes(key), given[key], depth),
  );
}

function fieldOf(
  key: string,
  given: Schema,
  required: boolean,
  inherited: unknown,
  depth: number,
): FieldSpec {
  const { schema, nullable } = withoutNull(given);
  const common = {
    nullable,
    key,
    label: textOr(schema.title, null) ?? labelOf(key),
    required,
    initial: "default" in schema ? schema.default : inherited,
  };
  const shape = shapeOf(schema, depth);
  const hints = [textOr(schema.description, null), shape.hint].filter((hint) => hint !== null);
  const { hint: _, ...rest } = shape;
  return { ...common, ...rest, hint: hints.length > 0 ? hints.join(" ") : null } as FieldSpec;
}

/** `type: [string, "null"]` is a text that may be left empty. */
function withoutNull(schema: Schema): { schema: Schema; nullable: boolean } {
  const types = Array.isArray(schema.type) ? schema.type.filter((type) => type !== "null") : [];
  if (types.length !== 1) return { schema, nullable: false };
  return { schema: { ...schema, type: types[0] }, nullable: (schema.type as unknown[]).length > 1 };
}

/** `oneOf` or `anyOf` of nothing but constants is a choice, each by its title. */
function titledChoice(schema: Schema) {
  const each = [schema.oneOf, schema.anyOf].find(Array.isArray)?.filter(isSchema) ?? [];
  if (each.length === 0 || !each.every((one) => "const" in one)) return null;
  const found = choice(each.map((one) => one.const));
  return found && { ...found, titles: each.map((one) => textOr(one.title, null) ?? String(one.const)) };
}

const span = (min: number | null, max: number | null, unit: string) => {
  if (min !== null && max !== null) return `${min} to ${max}${unit}.`;
  if (min !== null) return `At least ${min}${unit}.`;
  return max === null ? null : `At most ${max}${unit}.`;
};

/** What kind of control, its limits, and those limits in words. */
function shapeOf(schema: Schema, depth: number): { kind: FieldSpec["kind"]; hint: string | null } {
  const json = { kind: "json" as const, hint: "As JSON." };
  const titled = titledChoice(schema);
  if (titled) return titled;
  if (combines(schema)) return json;
  if ("const" in schema) return choice([schema.const]) ?? json;
  if (Array.isArray(schema.enum)) return choice(schema.enum) ?? json;
  switch (schema.type) {
    case "string":
      return textShape(schema);
    case "number":
    case "integer":
      return numberShape(schema, schema.type === "integer");
    case "boolean":
      return { kind: "boolean", hint: null };
    case "array":
      return listShape(schema) ?? json;
    case "object":
      if (depth + 1 >= DEEPEST || !isSchema(schema.properties)) return json;
      return { kind: "group", fields: fieldsOf(schema, depth + 1), hint: null } as ReturnType<typeof shapeOf>;
    default:
      return json;
  }
}

function choice(options: unknown[]) {
  const plain = options.every(
    (option) => option === null || ["string", "number", "boolean"].includes(typeof option),
  );
  return plain ? { kind: "choice" as const, options, hint: null } : null;
}

function textShape(schema: Schema) {
  const min = numberOr(schema.minLength) ?? 0;
  const max = numberOr(schema.maxLength);
  const pattern = textOr(schema.pattern, null);
  const format = textOr(schema.format, null);
  const hints = [
    span(min > 1 ? min : null, max, " characters"),
    pattern ? `Must match ${pattern}` : null,
    format && ["email", "uri", "date", "date-time"].includes(format) ? `Format: ${format}.` : null,
  ].filter((hint) => hint !== null);
  return {
    kind: "text" as const,
    multiline: format === "textarea" || format === "markdown" || (max !== null && max > 200),
    secret: format === "password",
    min,
    max,
    pattern,
    hint: hints.join(" ") || null,
  };
}

function numberShape(schema: Schema, integer: boolean) {
  const min = numberOr(schema.minimum);
  const max = numberOr(schema.maximum);
  return { kind: "number" as const, integer, min, max, hint: span(min, max, "") };
}

function listShape(schema: Schema) {
  const items = isSchema(schema.items) ? schema.items : null;
  if (!items || combines(items)) return null;
  const min = numberOr(schema.minItems) ?? 0;
  const max = numberOr(schema.maxItems);
  if (Array.isArray(items.enum) && items.enum.every((option) => typeof option === "string")) {
    return { kind: "choices" as const, options: items.enum, min, hint: span(min || null, max, "") };
  }
  if (items.type !== "string") return null;
  const count = span(min || null, max, " lines");
  return { kind: "lines" as const, min, max, hint: ["One a line.", count].filter(Boolean).join(" ") };
}
