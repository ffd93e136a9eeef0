/** What the value of a JSON Schema keyword holds, as far as a walk over schemas has to know. */
export type KeywordKind =
  | "schema"
  | "schemas"
  | "schema or list"
  | "named schemas"
  | "ref"
  | "pattern"
  | "format"
  | "plain"
  | "refused"
  | "unknown";

const KINDS: Record<Exclude<KeywordKind, "unknown">, readonly string[]> = {
  schema: [
    ...["additionalProperties", "propertyNames", "contains", "additionalItems", "unevaluatedItems"],
    ...["unevaluatedProperties", "not", "if", "then", "else"],
  ],
  schemas: ["allOf", "anyOf", "oneOf", "prefixItems"],
  "schema or list": ["items"],
  "named schemas": ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"],
  ref: ["$ref"],
  pattern: ["pattern"],
  format: ["format"],
  plain: [
    ...["type", "enum", "const", "default", "title", "description", "examples", "deprecated", "readOnly"],
    ...["writeOnly", "$schema", "$comment", "required", "dependentRequired", "minimum", "maximum"],
    ...["exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems"],
    ...["maxItems", "uniqueItems", "minContains", "maxContains", "minProperties", "maxProperties"],
  ],
  // These reach other documents, make checks asynchronous, or can recurse for ever.
  refused: [
    ...["$id", "id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor"],
    ...["$vocabulary", "$async", "$data", "dependencies", "discriminator", "nullable", "contentSchema"],
  ],
};

const KIND_OF = new Map(
  Object.entries(KINDS).flatMap(([kind, keywords]) =>
    keywords.map((keyword) => [keyword, kind as KeywordKind] as const),
  ),
);

/** Keywords for a "did you mean". */
export const KNOWN_KEYWORDS = [...KIND_OF]
  .filter(([, kind]) => kind !== "refused")
  .map(([keyword]) => keyword);

/** Keywords that begin with `x-` are allowed for any use. */
export function keywordKind(keyword: string): KeywordKind {
  return KIND_OF.get(keyword) ?? (keyword.startsWith("x-") ? "plain" : "unknown");
}
