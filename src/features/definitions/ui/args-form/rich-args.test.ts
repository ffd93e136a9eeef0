import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkArgs } from "../../../../engine/definition/args";
import { draftOfJson, jsonOfDraft } from "./as-json";
import { draftOfFields, firstDraft } from "./draft";
import { faultAt } from "./faults-at";
import type { FieldSpec } from "./field-spec";
import { readFields } from "./read";
import { argsSpec } from "./spec";
import { fromControl, toControl } from "./time-control";

type Schema = Record<string, unknown>;

function fieldsOf(properties: Record<string, Schema>, more: Schema = {}): FieldSpec[] {
  const spec = argsSpec({ type: "object", properties, ...more });
  if (spec?.kind !== "fields") throw new Error("the schema was not drawn as fields");
  return spec.fields;
}
const kindOf = (schema: Schema) => fieldsOf({ it: schema })[0]?.kind;

/** A schema that the form can draw, with a valid value. */
type Sample = { schema: Schema; value: unknown };
const sample = (schema: Schema, values: fc.Arbitrary<unknown>): fc.Arbitrary<Sample> =>
  values.map((value) => ({ schema, value }));
const text = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" });
const scalars = fc.oneof(text, fc.integer(), fc.boolean());
const few = <T>(of: fc.Arbitrary<T>) => fc.uniqueArray(of, { minLength: 1, maxLength: 4 });

const leaf: fc.Arbitrary<Sample> = fc.oneof(
  sample({ type: "string" }, text),
  sample({ type: "string", default: "x" }, fc.oneof(text, fc.constant(""))),
  sample({ type: "string", format: "date" }, fc.constantFrom("2026-02-28", "1999-12-31")),
  sample({ type: "string", format: "date-time" }, fc.constantFrom("2026-02-28T10:00:00+02:00")),
  sample({ type: ["string", "null"] }, fc.oneof(text, fc.constant(null))),
  sample({ anyOf: [{ type: "integer" }, { type: "null" }] }, fc.oneof(fc.integer(), fc.constant(null))),
  sample({ type: ["boolean", "null"] }, fc.constantFrom(true, false, null)),
  sample(
    { type: "number" },
    fc.oneof(fc.integer(), fc.double({ noNaN: true, min: -1e9, max: 1e9 })).map((n) => n + 0),
  ),
  sample({ type: "boolean" }, fc.boolean()),
  sample({ type: "array", items: { type: "string" } }, fc.array(fc.stringMatching(/^[a-z]{1,5}$/))),
  sample({}, fc.oneof(fc.integer(), text, fc.array(fc.integer()))),
  few(scalars).chain((all) => sample({ enum: all }, fc.constantFrom(...all))),
  few(scalars).chain((all) => {
    const oneOf = all.map((value, index) => ({ const: value, title: `No. ${index}` }));
    return sample({ oneOf }, fc.constantFrom(...all));
  }),
  few(scalars).chain((all) => sample({ type: "array", items: { enum: all } }, fc.subarray(all))),
);

/** A list of text is shown a line each, which keeps no space around it. */
const fitsALine = ({ value }: Sample) => typeof value !== "string" || /^\S(.*\S)?$/.test(value);

const key = fc.constantFrom("a", "b c", "0", "d-e", "Ö");
const { node } = fc.letrec<{ node: Sample; object: Sample; list: Sample }>((tie) => ({
  node: fc.oneof({ depthSize: "small", withCrossShrink: true }, leaf, tie("object"), tie("list")),
  object: fc.dictionary(key, tie("node"), { minKeys: 1, maxKeys: 4, noNullPrototype: true }).map((all) => ({
    schema: {
      type: "object",
      required: Object.keys(all),
      properties: Object.fromEntries(Object.entries(all).map(([name, each]) => [name, each.schema])),
    },
    value: Object.fromEntries(Object.entries(all).map(([name, each]) => [name, each.value])),
  })),
  list: fc.tuple(tie("node").filter(fitsALine), fc.integer({ min: 0, max: 3 })).map(([each, count]) => ({
    schema: { type: "array", items: each.schema },
    value: Array.from({ length: count }, () => each.value),
  })),
}));

/** JSON has no -0, so compare with 0. */
const asSent = (value: unknown) => JSON.parse(JSON.stringify(value));

describe("what is typed is what is sent", () => {
  it("for any schema that fields show, by fields and by JSON", () => {
    fc.assert(
      fc.property(fc.dictionary(key, node, { minKeys: 1, maxKeys: 4, noNullPrototype: true }), (all) => {
        const names = Object.keys(all);
        const required = names.filter((_, index) => index % 2 === 0);
        const properties = Object.fromEntries(names.map((name) => [name, all[name]?.schema ?? {}]));
        const value = asSent(Object.fromEntries(names.map((name) => [name, all[name]?.value])));
        const fields = fieldsOf(properties, { required });
        const draft = draftOfFields(fields, value);
        expect(readFields(fields, draft)).toEqual({ value });
        expect(JSON.parse(jsonOfDraft(fields, draft))).toEqual(value);
        expect(draftOfJson(fields, JSON.stringify(value))).toEqual({ draft });
      }),
      { numRuns: 300 },
    );
  });
});

describe("the control of a schema", () => {
  it.each([
    [{ type: ["number", "null"] }, "number"],
    [{ type: ["boolean", "null"] }, "choice"],
    [{ enum: [1, 2.5, true, "x"] }, "choice"],
    [{ type: "array", items: { enum: [1, 2] } }, "choices"],
    [{ type: "array", items: { oneOf: [{ const: "a", title: "A" }, { const: 2 }] } }, "choices"],
    [{ type: "array", items: { type: "object", properties: { a: { type: "string" } } } }, "list"],
    [{ type: "array", items: { type: "array", items: { type: "number" } } }, "list"],
    [{ type: "array", items: { type: "string", format: "email" } }, "list"],
    [{ type: "array", default: ["a\nb"], items: { type: "string" } }, "list"],
    [{ type: "string", format: "date-time" }, "time"],
    [{ type: "string", allOf: [{ pattern: "a" }, { pattern: "b" }] }, "text"],
    [{ $ref: "#/$defs/target" }, "group"],
    [{ allOf: [{ $ref: "#/$defs/target" }] }, "group"],
    [{ anyOf: [{ $ref: "#/$defs/target" }, { type: "null" }] }, "group"],
    [{ oneOf: [{ type: "string" }, { type: "number" }] }, "json"],
    [{ type: "object", additionalProperties: { type: "string" } }, "json"],
  ])("%j is %s", (schema, kind) => {
    const $defs = { target: { type: "object", properties: { host: { type: "string" } } } };
    const [field] = fieldsOf({ it: schema, other: { type: "string" } }, { $defs });
    expect(field?.kind).toBe(kind);
  });

  it("says how to leave out, and keeps null apart from it", () => {
    const fields = fieldsOf({
      a: { type: ["string", "null"] },
      b: { type: ["integer", "null"], default: 3 },
    });
    expect(readFields(fields, { a: "", b: null })).toEqual({ value: { b: null } });
    expect(readFields(fields, { a: null, b: "4" })).toEqual({ value: { a: null, b: 4 } });
  });

  it("takes an input that fits the format", () => {
    const inputs = fieldsOf({
      a: { type: "string", format: "email" },
      b: { type: "string", format: "uri" },
      c: { type: "string", format: "password" },
    });
    expect(inputs).toMatchObject([{ input: "email" }, { input: "url" }, { input: "password" }]);
  });

  it("keeps to fields where the rest of the schema asks for nothing that has none", () => {
    const properties = { a: { type: "string" }, b: { type: "string" } };
    expect(argsSpec({ properties, anyOf: [{ required: ["a"] }, { required: ["b"] }] })?.kind).toBe("fields");
    expect(argsSpec({ properties, if: {}, else: { properties: { c: {} } } })?.kind).toBe("json");
    expect(kindOf({ properties, oneOf: [{ properties: { c: {} } }] })).toBe("json");
  });
});

describe("what is left empty", () => {
  it("does not become the default again", () => {
    const fields = fieldsOf({
      a: { type: "string", default: "x" },
      b: { type: "integer", default: 3 },
      c: { type: "array", default: ["x"], items: { type: "string" } },
    });
    expect(readFields(fields, { a: "", b: "3", c: "" })).toEqual({ value: { a: "", b: 3, c: [] } });
    expect(readFields(fields, { a: "x", b: "", c: "x" })).toEqual({
      faults: [{ path: "args.b", message: "must be filled in" }],
    });
  });

  it("leaves an object out that asks for something, until it is added", () => {
    const fields = fieldsOf({
      notify: {
        type: "object",
        required: ["to"],
        properties: { to: { type: "string" }, loud: { type: "boolean" } },
      },
    });
    expect(readFields(fields, firstDraft(fields))).toEqual({ value: {} });
    expect(readFields(fields, { notify: { to: "", loud: false } })).toHaveProperty("faults");
  });
});

describe("faults", () => {
  const schema = {
    type: "object",
    required: ["targets"],
    properties: {
      targets: {
        type: "array",
        minItems: 2,
        items: {
          type: "object",
          additionalProperties: false,
          properties: {
            "host name": { type: "string", pattern: "^h" },
            ports: { type: "array", items: { type: "integer" } },
          },
        },
      },
    },
  };
  const { targets } = Object.fromEntries(
    fieldsOf(schema.properties, schema).map((field) => [field.key, field]),
  );

  it("stand where the fields are that the server names", () => {
    const args = { targets: [{ "host name": "x", ports: [1, "a"], odd: 1 }] };
    const checked = checkArgs(schema, args);
    const faults = checked.ok ? [] : checked.faults;
    const row = ["host name", "ports"];
    expect(targets?.kind).toBe("list");
    expect(faultAt(faults, "args", ["targets"])).toBeNull();
    expect(faultAt(faults, "args.targets", [0])).toMatch(/^Must NOT have fewer than 2/);
    expect(faultAt(faults, "args.targets[0]", row)).toMatch(/^odd is not an argument/);
    expect(faultAt(faults, 'args.targets[0]["host name"]')).toMatch(/^Must match pattern/);
    expect(faultAt(faults, "args.targets[0].ports", [0, 1])).toBeNull();
    expect(faultAt(faults, "args.targets[0].ports[1]")).toMatch(/^Must be integer/);
  });

  it("are named by the form as by the server", () => {
    const fields = fieldsOf(schema.properties, schema);
    const read = readFields(fields, { targets: [{ "host name": "h", ports: ["1", "0x1"] }] });
    expect("faults" in read && read.faults.map(({ path }) => path)).toEqual([
      "args.targets",
      "args.targets[0].ports[1]",
    ]);
  });
});

describe("JSON in place of the fields", () => {
  const fields = fieldsOf({ rounds: { type: "integer", maximum: 5 }, odd: {} }, { required: ["rounds"] });

  it("holds what was typed, also where it is not valid", () => {
    expect(JSON.parse(jsonOfDraft(fields, { rounds: "many", odd: "{" }))).toEqual({
      rounds: "many",
      odd: "{",
    });
    expect(JSON.parse(jsonOfDraft(fields, { rounds: "9", odd: "" }))).toEqual({ rounds: 9 });
    expect(draftOfJson(fields, '{"rounds": "many"}')).toEqual({ draft: { rounds: "many", odd: "" } });
  });

  it.each(['{"rounds": 1, "other": 2}', '{"rounds": "5"}', '{"rounds": [1]}', "[]", "{"])(
    "stays where no field would show it: %s",
    (text) => expect(draftOfJson(fields, text)).toHaveProperty("faults"),
  );

  it.each([" ", "a ", "a\nb"])("stays where a list's lines would change its text: %j", (tag) => {
    const lines = fieldsOf({ tags: { type: "array", items: { type: "string" } } });
    expect(draftOfJson(lines, JSON.stringify({ tags: [tag] }))).toHaveProperty("faults");
  });
});

describe("times", () => {
  it.each([
    ["date", "2026-02-28"],
    ["date-time", "2026-02-28T10:00:00Z"],
    ["date-time", "2026-07-01T23:59:59.250Z"],
    ["time", "10:30:00Z"],
    ["time", "10:30:15Z"],
  ] as const)("a %s goes to its control and back: %s", (format, value) => {
    const held = toControl(format, value);
    expect(held).not.toBeNull();
    expect(fromControl(format, held ?? "", "Z")).toBe(value);
  });

  it.each([
    ["date", "2026-02-30"],
    ["date", "soon"],
    ["date-time", "2026-02-28T10:00:00"],
    ["time", "25:00:00Z"],
  ] as const)("a %s that the control would change stays text: %s", (format, value) => {
    expect(toControl(format, value)).toBeNull();
  });
});
