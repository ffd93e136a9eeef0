import fc from "fast-check";

/** As much of JSON Schema as our OpenAPI document uses. */
export interface Schema {
  type?: string | string[];
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
}

/** Texts that have broken programs before: any code unit, half pairs and U+0000 among them. */
export const oddText = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.constantFrom(
    "\0",
    "\ud800",
    "__proto__",
    "constructor",
    "null",
    "-1",
    "1e999",
    "'; drop table users; --",
    "{{7*7}}",
  ),
);

/** Arrays in arrays, made once they are sent: fast-check's own report could not print them. */
class Nested {
  constructor(readonly depth: number) {}
  toJSON(): unknown {
    return JSON.parse("[".repeat(this.depth) + "]".repeat(this.depth));
  }
}

/** Any JSON, with the keys and the depth that readers forget. */
export const oddJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  oddText,
  fc.constantFrom(1e308, -1e308, 2 ** 53, 2 ** 31, -1, 0.5),
  fc.tuple(oddText, fc.jsonValue()).map(([key, value]) => Object.fromEntries([[key, value]])),
  fc.integer({ min: 50, max: 800 }).map((depth) => new Nested(depth)),
);

/**
 * Values for a schema: most fit it, some are broken somewhere. `known` gives the values that stand for
 * something, such as ids of rows, by the name of the property.
 */
export function arbitraryOf(
  schema: Schema,
  known: (name: string) => fc.Arbitrary<unknown> | undefined,
  name = "",
): fc.Arbitrary<unknown> {
  const fitting = known(name) ?? fittingOf(schema, known, name);
  return fc.oneof({ arbitrary: fitting, weight: 12 }, { arbitrary: oddJson, weight: 1 });
}

function fittingOf(
  schema: Schema,
  known: Parameters<typeof arbitraryOf>[1],
  name: string,
): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if ("const" in schema) return fc.constant(schema.const);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => arbitraryOf(choice, known, name)));
  const [type] = [schema.type].flat();
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "number": {
      const { minimum: min = -(2 ** 31), maximum: max = 2 ** 31 } = schema;
      return fc.double({ min, max, noNaN: true });
    }
    case "integer": {
      const { minimum = -(2 ** 31), maximum = 2 ** 31 } = schema;
      return fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31 - 1) });
    }
    case "string":
      return textOf(schema);
    case "array":
      return fc.array(arbitraryOf(schema.items ?? {}, known, name), {
        maxLength: Math.min(schema.maxItems ?? 4, 4),
      });
    case "object":
      return objectOf(schema, known);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function textOf({ pattern, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<string> {
  if (pattern) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ unit: "grapheme", minLength, maxLength: Math.min(maxLength, minLength + 50) });
}

function objectOf(
  { properties = {}, required = [], additionalProperties }: Schema,
  known: Parameters<typeof arbitraryOf>[1],
): fc.Arbitrary<unknown> {
  const values = Object.fromEntries(
    Object.entries(properties).map(([key, schema]) => [key, arbitraryOf(schema, known, key)]),
  );
  const requiredKeys = required.filter((key) => key in properties);
  const whole = fc.record(values, { requiredKeys });
  const partial = fc.record(values, { requiredKeys: [] });
  const open = typeof additionalProperties === "object";
  const extra = fc.dictionary(oddText, oddJson, { maxKeys: 2 });
  return fc
    .tuple(
      fc.oneof({ arbitrary: whole, weight: 8 }, { arbitrary: partial, weight: 1 }),
      fc.option(extra, { freq: open ? 2 : 8, nil: {} }),
    )
    .map(([own, more]) => Object.fromEntries([...Object.entries(own), ...Object.entries(more)]));
}
