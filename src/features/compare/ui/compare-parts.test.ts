import { describe, expect, it } from "vitest";
import { refsOf, withBase, withoutRun, withRun } from "./address";
import { leavesOf } from "./leaves";
import { differs, durationRow, outputRows, type WireComparison } from "./sections";

it("takes the runs of its address each once, with one more, another base, or one less", () => {
  const refs = refsOf(" 12,#15,12,,18");
  expect(refs).toEqual(["12", "15", "18"]);
  expect([withRun(refs, "20"), withRun(refs, "15")]).toEqual(["12,15,18,20", "12,15,18"]);
  expect(withRun(refsOf("1,2,3,4,5,6,7,8,9,10"), "11")).toBeNull();
  expect([withBase(refs, 2), withoutRun(refs, 0)]).toEqual(["18,12,15", "15,18"]);
});

it("takes a value apart by the paths of its keys", () => {
  const value = { a: { b: [1, { c: null }], d: {} }, e: "x" };
  expect(leavesOf(value).map(({ path, value }) => [path, value])).toEqual([
    ["a.b[0]", 1],
    ["a.b[1].c", null],
    ["a.d", {}],
    ["e", "x"],
  ]);
  expect(leavesOf(Array.from({ length: 201 }, () => 1))).toHaveLength(1);
});

describe("durations", () => {
  it.each([
    [[60_000, 64_000], false],
    [[60_000, 70_000], true],
    [[200, 1_100], false],
    [[1_000, 2_500], true],
    [[1_000, null], true],
  ])("%j differ: %s", (took, differ) => expect(differs(durationRow("x", took))).toBe(differ));
});

const outputsOf = (of: object[]) =>
  outputRows({ runs: [], steps: [{ step_id: "s", name: "S", of }] } as unknown as WireComparison);

it("compares outputs part by part, and as a whole where one of them is too large", () => {
  const small = { output: { v: 1 }, output_bytes: 7, output_digest: "a" };
  expect(outputsOf([small, { ...small, output: { v: 2 }, output_digest: "b" }])).toMatchObject([
    { path: "v", keys: ["1", "2"] },
  ]);
  const large = { output: null, output_bytes: 9_000, output_digest: "c" };
  expect(outputsOf([small, large, large])).toMatchObject([{ path: "", keys: ["a", "c", "c"] }]);
  const nothing = { output: null, output_bytes: null, output_digest: null };
  expect(outputsOf([nothing, nothing])).toEqual([]);
});
