// What the routes that are written by hand are made of.

type Schema = Record<string, unknown>;

const TEXT: Schema = { type: "string" };

export const inPath = (name: string, description: string, schema = TEXT) => ({
  name,
  in: "path",
  required: true,
  description,
  schema,
});
export const inQuery = (name: string, description: string, schema = TEXT) => ({
  name,
  in: "query",
  description,
  schema,
});
export const inHeader = (name: string, description: string, schema = TEXT) => ({
  name,
  in: "header",
  description,
  schema,
});

/** An answer's body. `example`: absent for none. */
export const body = (type: string, schema: Schema = TEXT, example?: unknown) => ({
  [type]: { schema, ...(example === undefined ? {} : { example }) },
});
export const json = (schema: Schema, example?: unknown) => body("application/json", schema, example);

/** The schema of an object with all of these properties. */
export const objectOf = (properties: Schema) => ({
  type: "object",
  required: Object.keys(properties),
  properties,
});

/** Stands for a refusal, whose description and example are made once the route is known. */
export const REFUSAL = { description: "" };
export const refusals = (...statuses: number[]) =>
  Object.fromEntries(statuses.map((status) => [status, REFUSAL]));
