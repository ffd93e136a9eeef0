import { describe, expect, it } from "vitest";
import { firstDraft } from "./draft";
import { faultAt } from "./faults-at";
import { readFields, readWhole } from "./read";
import { argsSpec } from "./spec";

const SCHEMA = {
  type: "object",
  required: ["channel", "rounds"],
  properties: {
    channel: { type: "string", enum: ["beta", "stable"], default: "beta" },
    rounds: { type: "integer", minimum: 1, maximum: 5, title: "Rounds of tests" },
    dry_run: { type: "boolean" },
    notes: { type: "string", maxLength: 10 },
    files: { type: "array", items: { type: "string" } },
    target: { type: "object", properties: { host: { type: "string", default: "local" } } },
    odd: { oneOf: [{ type: "string" }, { type: "number" }] },
  },
};

function fieldsOf(schema: Record<string, unknown>) {
  const spec = argsSpec(schema);
  if (spec?.kind !== "fields") throw new Error("the schema was not drawn as fields");
  return spec.fields;
}

describe("argsSpec", () => {
  it("draws one control a property, and JSON where none fits", () => {
    expect(fieldsOf(SCHEMA).map((field) => [field.key, field.kind, field.label])).toEqual([
      ["channel", "choice", "Channel"],
      ["rounds", "number", "Rounds of tests"],
      ["dry_run", "boolean", "Dry run"],
      ["notes", "text", "Notes"],
      ["files", "lines", "Files"],
      ["target", "group", "Target"],
      ["odd", "json", "Odd"],
    ]);
  });

  it("draws what may be null, and constants by their titles", () => {
    const fields = fieldsOf({
      type: "object",
      required: ["note", "level"],
      properties: {
        note: { type: ["string", "null"] },
        level: {
          oneOf: [
            { const: 1, title: "Low" },
            { const: 2, title: "High" },
          ],
        },
      },
    });
    expect(fields).toMatchObject([
      { kind: "text", nullable: true },
      {
        kind: "choice",
        options: [
          { value: "1", label: "Low" },
          { value: "2", label: "High" },
        ],
      },
    ]);
    expect(firstDraft(fields)).toEqual({ note: null, level: "" });
    expect(readFields(fields, { note: "", level: "2" })).toEqual({ value: { note: null, level: 2 } });
  });

  it("asks nothing without a schema, and for JSON where the whole combines others", () => {
    expect(argsSpec(null)).toBeNull();
    expect(argsSpec({ type: "object", properties: {} })).toBeNull();
    expect(argsSpec({ anyOf: [SCHEMA, { type: "object" }] })?.kind).toBe("json");
    expect(argsSpec({ type: "object", additionalProperties: { type: "string" } })?.kind).toBe("json");
  });
});

describe("readFields", () => {
  const fields = fieldsOf(SCHEMA);

  it("starts from the defaults and leaves out what is empty", () => {
    const draft = { ...firstDraft(fields), rounds: "3", files: "a.ts\n\n b.ts " };
    expect(readFields(fields, draft)).toEqual({
      value: {
        channel: "beta",
        rounds: 3,
        dry_run: false,
        files: ["a.ts", "b.ts"],
        target: { host: "local" },
      },
    });
  });

  it("names each fault by its field", () => {
    const draft = { ...firstDraft(fields), rounds: "9", notes: "much too long", odd: "{" };
    const read = readFields(fields, draft);
    const faults = "faults" in read ? read.faults : [];
    expect(faults.map((each) => each.path)).toEqual(["args.rounds", "args.notes", "args.odd"]);
    expect(faultAt(faults, "args.rounds")).toBe("Must be at most 5");
    expect(faultAt(faults, "args.channel")).toBeNull();
  });

  it("shows a fault inside of a list at the list", () => {
    expect(faultAt([{ path: "args.files[1]", message: "must be a string" }], "args.files")).toBe(
      "Item 2 must be a string",
    );
  });
});

describe("readWhole", () => {
  it("takes an object and nothing else", () => {
    expect(readWhole('{ "a": 1 }')).toEqual({ value: { a: 1 } });
    expect(readWhole("")).toEqual({ value: {} });
    expect(readWhole("[1]")).toHaveProperty("faults");
    expect(readWhole("{")).toHaveProperty("faults");
  });
});
