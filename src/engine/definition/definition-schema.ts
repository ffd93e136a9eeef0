import { z } from "zod";
import { YAML_KINDS } from "./known-keys";
import type { JsonSchema } from "./types";
import { DefinitionShape, STEP_SHAPES } from "./yaml-shape";

/** The JSON Schema of what an author writes for `shape`. */
export function schemaOf(shape: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: "input", unrepresentable: "any" });
  return schema;
}

let made: JsonSchema | undefined;

/** The JSON Schema of a definition in YAML, from the shapes by which it is checked. */
export function definitionSchema(): JsonSchema {
  if (made) return made;
  const schema = schemaOf(DefinitionShape);
  const properties = schema.properties as Record<string, JsonSchema>;
  const items = { anyOf: YAML_KINDS.map((kind) => schemaOf(STEP_SHAPES[kind])) };
  made = { ...schema, properties: { ...properties, steps: { ...properties.steps, items } } };
  return made;
}
