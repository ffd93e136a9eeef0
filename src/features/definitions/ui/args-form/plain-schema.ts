import { isRecord } from "../../../../lib/is-record";

export type Schema = Record<string, unknown>;

/** A text that is not empty. */
export const textOf = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);

export const schemaOr = (value: unknown): Schema => (isRecord(value) ? value : {});

/** Limit of rewriting steps, so that circular references end. */
const MOST_STEPS = 20;

/**
 * Simplifies a schema without changing its meaning: follows a `$ref` into the root, unwraps single
 * alternatives, and turns null among types or alternatives into `nullable`. Keywords beside a `$ref` win over
 * its target's.
 */
export function plainSchema(schema: Schema, root: Schema): { schema: Schema; nullable: boolean } {
  let plain = schema;
  let nullable = false;
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = referred(plain, root) ?? single(plain) ?? withoutNull(plain);
    if (!next) break;
    plain = next.schema;
    nullable ||= next.nullable;
  }
  return { schema: plain, nullable };
}

type Step = { schema: Schema; nullable: boolean } | null;

function referred(schema: Schema, root: Schema): Step {
  const { $ref, ...beside } = schema;
  if (typeof $ref !== "string" || !$ref.startsWith("#/")) return null;
  const target = $ref
    .slice(2)
    .split("/")
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((at, part) => (isRecord(at) && Object.hasOwn(at, part) ? at[part] : undefined), root);
  return isRecord(target) ? { schema: { ...target, ...beside }, nullable: false } : null;
}

/** Unwraps an `allOf`, `anyOf` or `oneOf` that has a single part. */
function single(schema: Schema): Step {
  for (const keyword of ["allOf", "anyOf", "oneOf"]) {
    const { [keyword]: parts, ...beside } = schema;
    if (!Array.isArray(parts) || parts.length !== 1 || !isRecord(parts[0]) || "const" in parts[0]) continue;
    const both = Object.keys(parts[0]).filter((key) => key in beside && !NOTES.includes(key));
    if (both.length === 0) return { schema: { ...parts[0], ...beside }, nullable: false };
  }
  return null;
}

/** Keywords that may be in both schemas when a single part is unwrapped. */
const NOTES = ["title", "description", "default", "type"];

function withoutNull(schema: Schema): Step {
  const { type, nullable, ...rest } = schema;
  if (nullable === true) return { schema: type ? { type, ...rest } : rest, nullable: !("enum" in rest) };
  if (Array.isArray(type)) {
    const types = type.filter((each) => each !== "null");
    if (types.length === 0 || (types.length > 1 && types.length === type.length)) return null;
    const left = types.length === 1 ? types[0] : types;
    // With `enum` or constants, null must be one of them to be allowed.
    const isNamed = ["enum", "const", "oneOf", "anyOf"].some((keyword) => keyword in schema);
    return { schema: { ...schema, type: left }, nullable: types.length < type.length && !isNamed };
  }
  for (const keyword of ["anyOf", "oneOf"]) {
    const parts = schema[keyword];
    if (!Array.isArray(parts)) continue;
    const isConstant = (part: unknown) => isRecord(part) && "const" in part;
    // In a list of constants, null stays an option with its own title.
    const isNull = (part: unknown) =>
      isRecord(part) &&
      (part.type === "null" || part.const === null) &&
      !(isConstant(part) && parts.every(isConstant));
    const left = parts.filter((part) => !isNull(part));
    if (left.length === parts.length || left.length === 0) continue;
    return { schema: { ...schema, [keyword]: left }, nullable: true };
  }
  return null;
}
