import { describe, expect, it } from "vitest";
import { docComment, jsonSchemaType } from "./json-schema-type";

describe("jsonSchemaType", () => {
  it.each([
    [true, "unknown"],
    [false, "never"],
    [{}, "unknown"],
    [{ type: "integer", minimum: 1 }, "number"],
    [{ type: ["string", "null"] }, "string | null"],
    [{ enum: ["a", 1, null], type: "string" }, '"a" | 1 | null'],
    [{ const: { a: [1] } }, "{ a: [1] }"],
    [{ anyOf: [{ type: "string" }, { type: "null" }] }, "string | null"],
    [{ type: "array", items: { anyOf: [{ type: "string" }, { type: "null" }] } }, "(string | null)[]"],
    [{ type: "array", items: { enum: ["a | b"] } }, '"a | b"[]'],
    [{ type: "array" }, "unknown[]"],
    [
      { prefixItems: [{ type: "string" }, { type: "number" }], minItems: 1 },
      "[string, number?, ...unknown[]]",
    ],
    [{ items: [{ type: "string" }], additionalItems: false, minItems: 1 }, "[string]"],
    [{ type: "object" }, "Record<string, unknown>"],
    [{ type: "object", additionalProperties: { type: "number" } }, "Record<string, number>"],
    [{ type: "object", additionalProperties: false }, "Record<string, never>"],
    [
      { type: "object", propertyNames: { enum: ["a", "b"] }, additionalProperties: { type: "number" } },
      'Partial<Record<"a" | "b", number>>',
    ],
    [{ $ref: "#/$defs/a~1b", $defs: { "a/b": { type: "string" } } }, "string"],
    [{ type: "object", anyOf: [{ required: ["a"] }, { required: ["b"] }] }, "Record<string, unknown>"],
  ])("writes %j", (schema, type) => {
    expect(jsonSchemaType(schema)).toBe(type);
  });

  it("writes objects with their descriptions, quoted names and what may be left out", () => {
    const schema = {
      type: "object",
      required: ["a-b", "c"],
      properties: {
        "a-b": { type: "string", description: "Ends here */ not there" },
        c: { type: "boolean", default: true },
        d: { type: "object", properties: { e: {} }, additionalProperties: true },
      },
    };
    expect(jsonSchemaType(schema, { defaultsAreOptional: true })).toBe(
      `{
  /** Ends here * / not there */
  "a-b": string;
  c?: boolean;
  d?: {
    e?: unknown;
    [name: string]: unknown;
  };
}`,
    );
  });

  it("puts all of allOf together", () => {
    const part = (name: string) => ({ properties: { [name]: { type: "string" } }, required: [name] });
    expect(jsonSchemaType({ type: "object", allOf: [part("a"), part("b")] })).toBe(
      "{\n  a: string;\n} & {\n  b: string;\n}",
    );
  });

  it("names what a $ref points at where there is a name", () => {
    const schema = { type: "array", items: { $ref: "#/$defs/Run" } };
    expect(jsonSchemaType(schema, { nameOf: (ref) => ref.slice("#/$defs/".length) })).toBe("Run[]");
  });
});

describe("docComment", () => {
  it("is nothing for nothing, one line for one, a block for more", () => {
    expect(docComment(undefined)).toBe("");
    expect(docComment(" One. ", "  ")).toBe("  /** One. */\n");
    expect(docComment("One.\n\nTwo.")).toBe("/**\n * One.\n *\n * Two.\n */\n");
  });
});
