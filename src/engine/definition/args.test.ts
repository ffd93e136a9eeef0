import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it, vi } from "vitest";
import { checkArgs } from "./args";
import { compileArgsSchema } from "./args-schema";
import type { JsonSchema } from "./types";

const SHIP: JsonSchema = {
  type: "object",
  required: ["channel", "version"],
  properties: {
    channel: { type: "string", enum: ["beta", "stable"], default: "beta" },
    version: { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+$" },
    dry: { type: "boolean", default: false },
    targets: { type: "array", items: { type: "string", minLength: 2 }, uniqueItems: true },
    mail: { type: "string", format: "email" },
    limits: { type: "object", properties: { cpu: { type: "integer", minimum: 1, default: 2 } } },
  },
};

const faultsOf = (schema: JsonSchema | null, args: unknown) => {
  const result = checkArgs(schema, args);
  return result.ok ? [] : result.faults.map(({ path, message }) => `${path}: ${message}`);
};

describe("checkArgs", () => {
  it("fills in defaults and leaves what was given as it is", () => {
    const given = { version: "1.2.3", limits: {} };
    expect(checkArgs(SHIP, given)).toEqual({
      ok: true,
      args: { version: "1.2.3", channel: "beta", dry: false, limits: { cpu: 2 } },
    });
    expect(given).toEqual({ version: "1.2.3", limits: {} });
  });

  it("does not share a default between runs", () => {
    const schema = { type: "object", properties: { list: { type: "array", default: [] } } };
    const first = checkArgs(schema, {});
    if (first.ok) (first.args.list as unknown[]).push("x");
    expect(checkArgs(schema, {})).toEqual({ ok: true, args: { list: [] } });
  });

  it("names every fault by its field", () => {
    const args = {
      channel: "gold",
      dry: "no",
      targets: ["web", "x", 3],
      mail: "nobody",
      limits: { cpu: 0.5 },
    };
    expect(faultsOf(SHIP, args).sort()).toEqual([
      "args.channel: must be one of beta, stable",
      'args.dry: must be boolean, found "no"',
      "args.limits.cpu: must be integer, found 0.5",
      'args.mail: must match format "email"',
      "args.targets[1]: must NOT have fewer than 2 characters",
      "args.targets[2]: must be string, found 3",
      "args.version: is required",
    ]);
    expect(faultsOf(SHIP, { version: "1" })).toEqual([
      'args.version: must match pattern "^\\d+\\.\\d+\\.\\d+$"',
    ]);
  });

  it("lets other args pass unless the schema says that there are none", () => {
    expect(checkArgs(SHIP, { version: "1.2.3", other: 1 })).toMatchObject({ ok: true, args: { other: 1 } });
    expect(faultsOf({ ...SHIP, additionalProperties: false }, { version: "1.2.3", chanel: "beta" })).toEqual([
      'args.chanel: is not an argument of this workflow; did you mean "channel"?',
    ]);
  });

  it("takes any object without a schema, and nothing for no args", () => {
    expect(checkArgs(null, { a: { b: [1] } })).toEqual({ ok: true, args: { a: { b: [1] } } });
    expect(checkArgs(null, undefined)).toEqual({ ok: true, args: {} });
    expect(faultsOf(null, [1])).toEqual(["args: must be an object, found a list of 1"]);
    expect(faultsOf(null, "x")).toEqual(['args: must be an object, found "x"']);
  });

  it("tells of a choice as one fault", () => {
    const schema = {
      type: "object",
      properties: { when: { anyOf: [{ type: "integer" }, { type: "string", format: "date" }] } },
    };
    expect(faultsOf(schema, { when: "soon" })).toEqual(["args.when: must match a schema in anyOf"]);
  });

  it("knows draft 7 where the schema says so", () => {
    const schema = {
      $schema: "http://json-schema.org/draft-07/schema#",
      type: "object",
      properties: { pair: { type: "array", items: [{ type: "string" }, { type: "number" }] } },
    };
    expect(faultsOf(schema, { pair: ["a", "b"] })).toEqual(['args.pair[1]: must be number, found "b"']);
  });

  it("follows $refs inside of the schema", () => {
    const schema = {
      type: "object",
      $defs: { size: { type: "integer", maximum: 3 } },
      properties: { a: { $ref: "#/$defs/size" }, b: { $ref: "#/$defs/size" } },
    };
    expect(faultsOf(schema, { a: 1, b: 4 })).toEqual(["args.b: must be <= 3"]);
  });
});

describe("what is hostile", () => {
  const nested = (depth: number) => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`) as unknown;

  it.each([
    ["too large", { a: "x".repeat(70_000) }, "args: must have at most 64 KB"],
    ["too deep", { a: nested(200) }, "must be at most 20 levels deep"],
    ["too many items", { a: Array(2_000).fill(0) }, "args.a: must have at most 1000 items"],
    ["a NUL", { a: ["x\0"] }, "args.a[0]: must not have NUL characters"],
    ["a lone surrogate", { a: "\ud800" }, "args.a: must not have NUL characters or broken Unicode"],
    ["a NUL in a name", { "a\0": 1 }, "args: has a name that is not allowed"],
    [
      "a prototype",
      JSON.parse('{"a": {"__proto__": {"polluted": true}}}'),
      "args.a: has a name that is not allowed",
    ],
    ["no number", { a: Number.NaN }, "args.a: is no number that JSON can hold"],
  ])("%s", (_name, args, expected) => {
    expect(faultsOf(null, args).join()).toContain(expected);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each(["__proto__", "constructor", "toString", "valueOf"])("knows no arg of the name %s", (name) => {
    const named = JSON.parse(`{"${name}": {"type": "string"}}`) as Record<string, unknown>;
    expect(faultsOf(null, named)).toEqual(["args: has a name that is not allowed"]);
    expect(compileArgsSchema({ type: "object", properties: named })).toMatchObject({ ok: false });
    expect(faultsOf({ type: "object", required: [name] }, {})).toEqual([`args.${name}: is required`]);
  });

  it("does not backtrack, and gives up a text that would take long", () => {
    const started = performance.now();
    const schema = { type: "object", properties: { a: { type: "string", pattern: "^(a+)+$" } } };
    expect(faultsOf(schema, { a: `${"a".repeat(50_000)}!` })).toEqual([
      'args.a: must match pattern "^(a+)+$"',
    ]);
    const slow = { type: "object", properties: { a: { type: "string", pattern: "(a|b)*a(a|b){300}$" } } };
    expect(faultsOf(slow, { a: "ab".repeat(25_000) }).join()).toContain("too long for the pattern");
    const mail = { type: "object", properties: { a: { type: "string", format: "email" } } };
    expect(faultsOf(mail, { a: `${"a.".repeat(30_000)}@` })).toEqual(['args.a: must match format "email"']);
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it("bounds the work of values times schema", () => {
    const items = { allOf: Array(400).fill({ type: "string" }) };
    const schema = { type: "object", properties: { a: { type: "array", items } } };
    const started = performance.now();
    expect(faultsOf(schema, { a: Array(1_000).fill(1) }).join()).toContain("too many values");
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it("shows at most 50 faults", () => {
    const schema = { type: "object", properties: { a: { type: "array", items: { type: "string" } } } };
    expect(faultsOf(schema, { a: Array(500).fill(1) })).toHaveLength(50);
  });

  it("compiles a schema once", () => {
    const schema = () => ({ type: "object", properties: { once: { type: "string" } } });
    checkArgs(schema(), { once: "a" });
    const compile = vi.spyOn(Ajv2020.prototype, "compile");
    for (let i = 0; i < 200; i++) checkArgs(schema(), { once: "a" });
    expect(compile).not.toHaveBeenCalled();
    compile.mockRestore();
  });
});

describe("numbers that would change", () => {
  it("are refused wherever they stand, in what is given and in defaults", () => {
    const given = { deep: [{ id: Number("1161888007138312193") }] };
    expect(checkArgs(null, given)).toMatchObject({
      faults: [{ path: "args.deep[0].id", message: expect.stringContaining("write it as text") }],
    });
    expect(checkArgs(null, { id: 2 ** 53 - 1, large: 1e300, text: "1161888007138312193" })).toMatchObject({
      ok: true,
    });
  });
});

describe("formats", () => {
  const schema = (format: string) => ({ type: "object", properties: { at: { type: "string", format } } });
  it.each([
    ["date", "2028-02-29", true],
    ["date", "2026-02-29", false],
    ["date", "2026-02-30", false],
    ["date", "2026-19-39", false],
    ["date", "2026-04-31", false],
    ["time", "23:59:59Z", true],
    ["time", "29:59:59Z", false],
    ["time", "10:30:00+29:00", false],
    ["date-time", "2026-02-28T10:30:00Z", true],
    ["date-time", "2026-02-30T10:30:00Z", false],
    ["date-time", "2026-02-28T25:30:00Z", false],
    ["date-time", "2026-19-39T10:30:00+01:00", false],
  ])("%s: %s", (format, at, ok) => {
    expect(checkArgs(schema(format), { at }).ok).toBe(ok);
  });
});

describe("the order of args", () => {
  it("is that in which the schema's author wrote them, whoever gave them; unknown ones come last", () => {
    const schema = {
      type: "object",
      properties: {
        version: { type: "string" },
        channel: { type: "string", default: "beta" },
        at: { type: "object", properties: { z: {}, a: {} } },
        rows: { type: "array", items: { properties: { y: {}, b: {} } } },
      },
    };
    const given = { more: 1, rows: [{ b: 1, y: 2 }], at: { a: 1, z: 2 }, version: "1" };
    const checked = checkArgs(schema, given);
    expect(JSON.stringify(checked.ok && checked.args)).toBe(
      '{"version":"1","channel":"beta","at":{"z":2,"a":1},"rows":[{"y":2,"b":1}],"more":1}',
    );
  });
});
