import { describe, expect, it } from "vitest";
import { faultsIn, savedFaults } from "./load-faults";

const at = (file: string, line: number, message: string) => {
  return { file, line, column: 3, message, path: "", expected: null };
};

describe("faultsIn", () => {
  it("leaves out those of files that a definition imports", () => {
    const faults = [at("flows/ship.ts", 3, "Expected a comma"), at("lib/steps.ts", 9, "no such name")];
    expect(faultsIn(faults, "flows/ship.ts").map(({ line }) => line)).toEqual([3]);
  });
});

describe("savedFaults", () => {
  it("gives what is told with a place, whatever its words look like", () => {
    const fault = { line: 4, column: 3, message: "a.yaml:9:1 must be text\nand more" };
    const details = [{ path: "source:4:3", ...fault, expected: "text" }];
    expect(savedFaults({ data: { details } })).toEqual([fault]);
    expect(savedFaults({ data: { details: [{ message: "a.yaml:4:3 must be text" }] } })).toEqual([]);
    expect(savedFaults({ data: null })).toEqual([]);
  });
});
