import { isRecord } from "../../lib/is-record";
import { schemaOf } from "../definition/definition-schema";
import { SHAPED_KINDS } from "../definition/known-keys";
import type { JsonSchema } from "../definition/types";
import { STEP_SHAPES } from "../definition/yaml-shape";
import { camelCase, FUNCTIONS, isOption } from "./compile-call";
import { HeadShape, optionOf } from "./load-code";

let made: Record<string, JsonSchema> | undefined;

/** JSON Schemas of what `defineWorkflow` and the calls of steps take, by their names in code. */
export function codeSchemas(): Record<string, JsonSchema> {
  if (made) return made;
  const head = propertiesOf(schemaOf(HeadShape));
  const options = head.map(([key, schema]) => [
    optionOf(key),
    isTypeInCode(key) ? described(schema) : schema,
  ]);
  const run = { description: "The workflow itself: a function of args, step, phase, approve and others." };
  made = {
    defineWorkflow: { type: "object", properties: { ...Object.fromEntries(options), run } },
    ...Object.fromEntries(
      SHAPED_KINDS.map((kind) => [FUNCTIONS[kind], inCode(schemaOf(STEP_SHAPES[kind]), isOption)]),
    ),
  };
  return made;
}

/** What is a JSON Schema in YAML is a type of zod in code. */
const isTypeInCode = (key: string) => optionOf(key) !== key;
const described = ({ description }: JsonSchema) => ({ description });

/** The schema with its keys as code writes them. */
function inCode(schema: JsonSchema, has = (_: string) => true): JsonSchema {
  if (!isRecord(schema.properties)) return schema;
  const kept = propertiesOf(schema).filter(([key]) => has(key));
  const properties = Object.fromEntries(kept.map(([key, value]) => [camelCase(key), inCode(value)]));
  return { ...schema, properties, required: [] };
}

const propertiesOf = (schema: JsonSchema) => Object.entries(schema.properties as Record<string, JsonSchema>);
