import type { ArgsSpec, FieldSpec } from "./field-spec";
import { plainSchema, type Schema, schemaOr, textOf } from "./plain-schema";
import { shapeOf } from "./shapes";

/** The deepest nesting that is drawn; it also ends schemas that refer to themselves. */
const DEEPEST = 16;

/** "release_channel" → "Release channel". */
function labelOf(key: string): string {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .trim()
    .toLowerCase();
  return words === "" ? key : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** Reads `args_schema` into the fields of a form. */
export function argsSpec(root: Schema | null): ArgsSpec {
  if (!root) return null;
  const { schema } = plainSchema(root, root);
  const whole = { kind: "json", initial: schema.default ?? {} } as const;
  if (schema.type !== undefined && schema.type !== "object") return whole;
  const properties = Object.keys(schemaOr(schema.properties));
  if (properties.length === 0) {
    const isFree = ["additionalProperties", "patternProperties", "oneOf", "anyOf", "allOf", "if"].some(
      (keyword) => schema[keyword],
    );
    return isFree ? whole : null;
  }
  if (asksForMore(schema)) return whole;
  return { kind: "fields", fields: fieldsOf(schema, root, 0) };
}

function fieldsOf(schema: Schema, root: Schema, depth: number): FieldSpec[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  const given = schemaOr(schema.default);
  return Object.entries(schemaOr(schema.properties)).map(([key, property]) =>
    fieldOf(schemaOr(property), root, depth, {
      key,
      required: required.includes(key),
      inherited: Object.hasOwn(given, key) ? given[key] : undefined,
    }),
  );
}

function fieldOf(
  property: Schema,
  root: Schema,
  depth: number,
  { key, required, inherited, name }: { key: string; required: boolean; inherited?: unknown; name?: string },
): FieldSpec {
  const { schema, nullable } = plainSchema(property, root);
  const label = textOf(schema.title) ?? name ?? labelOf(key);
  const initial = "default" in schema ? schema.default : inherited;
  const nested = {
    list: (items: Schema) =>
      depth < DEEPEST ? fieldOf(items, root, depth + 1, { key, required: true, name: label }) : null,
    group: () => (depth < DEEPEST && !asksForMore(schema) ? fieldsOf(schema, root, depth + 1) : null),
  };
  const { shape, hint, hasNull } = shapeOf({ schema, nullable, initial }, nested);
  const hints = [textOf(schema.description), hint].filter((each) => each !== null);
  const common = { key, label, required, initial, hint: hints.join(" ") || null };
  return { ...common, nullable: nullable && !hasNull && shape.kind !== "json", ...shape };
}

/** True if parts of the schema have properties that it does not list, so that no field would show them. */
function asksForMore(schema: Schema): boolean {
  const known = schemaOr(schema.properties);
  const parts = ["oneOf", "anyOf", "allOf", "if", "then", "else", "dependentSchemas"].flatMap((keyword) => {
    const part = schema[keyword];
    if (Array.isArray(part)) return part;
    if (keyword === "dependentSchemas") return Object.values(schemaOr(part));
    return part === undefined ? [] : [part];
  });
  return parts.some((part) => {
    const own = schemaOr(part);
    if ("$ref" in own) return true;
    return (
      Object.keys(schemaOr(own.properties)).some((key) => !(key in known)) ||
      asksForMore({ ...own, properties: known })
    );
  });
}
