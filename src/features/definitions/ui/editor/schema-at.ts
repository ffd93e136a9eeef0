import { isRecord } from "../../../../lib/is-record";

export type Schema = Record<string, unknown>;
export type Segment = string | number;

/** The schemas of the value at `path`. `typeOf` gives the `type` that the mapping at a path has, where it has one. */
export function schemasAt(
  root: Schema,
  path: readonly Segment[],
  typeOf: (path: readonly Segment[]) => string | undefined = () => undefined,
): Schema[] {
  let found = alternatives(root, typeOf([]));
  path.forEach((segment, index) => {
    const type = typeOf(path.slice(0, index + 1));
    found = found
      .flatMap((schema) => inside(schema, segment))
      .flatMap((schema) => alternatives(schema, type));
  });
  return found;
}

/** The properties that any of the schemas has, in their order; each with whether it must be there. */
export function propertiesOf(schemas: readonly Schema[]): Map<string, { schema: Schema; required: boolean }> {
  const all = new Map<string, { schema: Schema; required: boolean }>();
  for (const { properties, required } of schemas) {
    for (const [key, schema] of Object.entries(isRecord(properties) ? properties : {})) {
      if (!isRecord(schema) || all.has(key)) continue;
      all.set(key, { schema, required: Array.isArray(required) && required.includes(key) });
    }
  }
  return all;
}

/** The values that a schema lists. */
export function valuesOf(schema: Schema): { value: string; description: string | undefined }[] {
  const description = textOf(schema.description);
  const listed = Array.isArray(schema.enum) ? schema.enum : "const" in schema ? [schema.const] : [];
  const values = schema.type === "boolean" ? [true, false] : listed;
  return values.map((value) => ({ value: String(value), description }));
}

export const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function inside(schema: Schema, segment: Segment): Schema[] {
  const { items, properties, additionalProperties: others } = schema;
  if (typeof segment === "number") return isRecord(items) ? [items] : [];
  const named = isRecord(properties) && Object.hasOwn(properties, segment) ? properties[segment] : others;
  return isRecord(named) ? [named] : [];
}

/** The branches of an `anyOf`; of steps only those of the type that is written already. */
function alternatives(schema: Schema, type: string | undefined): Schema[] {
  if (!Array.isArray(schema.anyOf)) return [schema];
  const { anyOf, ...around } = schema;
  const all = anyOf.filter(isRecord).map((each): Schema => ({ ...around, ...each }));
  const right = all.filter(({ properties }) => {
    const said = isRecord(properties) ? properties.type : undefined;
    return isRecord(said) && said.const === type;
  });
  return type !== undefined && right.length > 0 ? right : all;
}
