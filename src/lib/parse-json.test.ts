import { describe, expect, it } from "vitest";
import { outputFault } from "./output-fault";
import { parseForeignJson } from "./parse-foreign-json";
import { JsonFault, parseJson } from "./parse-json";

describe("parseJson", () => {
  it.each([
    "9007199254740991",
    "-9007199254740991",
    '[0, -0, 1.5, 1e300, 6.02e23, 0.1234567890123456789, "1161888007138312193"]',
    '{"a": {"b": 1}, "c": [{"b": 1}, {"b": 2}], "e": "{\\"a\\":1,\\"a\\":1e999}"}',
    '{"text": "\\\\", "n\\u0061me": "name", "__proto__": 1}',
  ])("keeps %s", (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ["1161888007138312193", 'write it as text, "1161888007138312193"'],
    ['{"a":[{"id": -1161888007138312193}]}', "2^53"],
    ["9007199254740992", "2^53"],
    ["1161888007138312193.0", "2^53"],
    ["1.161888007138312193e18", "2^53"],
    [`1${"0".repeat(22)}1`, "2^53"],
    ["123456789012345678901e3", "holds 123456789012345678901e3, which is a whole number past"],
    ["[-1.23456789012345678901E+30]", "2^53"],
    [`1.${"0".repeat(30)}1e40`, "2^53"],
    ["[1e400]", "holds 1e400, which is larger than any number"],
    ["-1e400", "larger than any number"],
    ['{"a":1,"b":{"a":1},"a":2}', 'has the key "a" twice'],
    ['{"a":1,"\\u0061":2}', 'has the key "a" twice'],
    [`${"[".repeat(2_000)}${"]".repeat(2_000)}`, "nested too deeply"],
  ])("refuses %s", (text, message) => {
    expect(() => parseJson(text)).toThrow(JsonFault);
    expect(() => parseJson(text)).toThrow(message);
  });

  it("leaves what is no JSON to the parser, and takes little time for much of it", () => {
    expect(() => parseJson("{a}")).toThrow(SyntaxError);
    const started = performance.now();
    parseJson(JSON.stringify({ text: '\\"'.repeat(400_000), list: Array(50_000).fill(12.5) }));
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});

it("what others sent keeps its numbers, as bigints where they are large", () => {
  const text = '{"id":1161888007138312193,"n":[1,1e300],"text":"1161888007138312193","dup":1,"dup":2}';
  const kept = { id: 1161888007138312193n, n: [1, 1e300], text: "1161888007138312193", dup: 2 };
  expect(parseForeignJson(text)).toEqual(kept);
  expect(() => parseForeignJson("[1e400]")).toThrow("larger than any number");
  expect(() => parseForeignJson("[")).toThrow(SyntaxError);
});

it.each<[string, unknown]>([
  ["1161888007138312193.0", 1161888007138312193n],
  ["-1.161888007138312193e18", -1161888007138312193n],
  ["11618880071383121930E-1", 1161888007138312193n],
  ["123456789012345678901e3", 123456789012345678901000n],
  ["1e18", 1000000000000000000n],
  ["9007199254740993.5", "9007199254740993.5"],
  ["6.02e23", 6.02e23],
  ["1.7976931348623157e308", Number.MAX_VALUE],
  ["1.5e3", 1500],
  ["5e-324", 5e-324],
  ["0.1234567890123456789", 0.12345678901234568],
  ["0e9999999999", 0],
  ["-0.0", -0],
])("of what others sent %s keeps its digits", (numeral, kept) => {
  expect(parseForeignJson(`{"id":[${numeral}]}`)).toEqual({ id: [kept] });
});

it("an output with a number that has changed already is refused too", () => {
  expect(outputFault({ id: [Number("1161888007138312193")] })).toMatch(/2\^53.*write it as text/);
  expect(outputFault(-(2 ** 53))).toMatch(/2\^53/);
  expect(outputFault([2 ** 53 - 1, 1e300, -0, 1.5])).toBeNull();
});
