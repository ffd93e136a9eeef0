import { describe, expect, it } from "vitest";
import { faultsIn } from "./load-faults";

const at = (file: string, line: number, message: string) => {
  return { file, line, column: 3, message, path: "", expected: null };
};

describe("faultsIn", () => {
  it("leaves out those of files that a definition imports", () => {
    const faults = [at("flows/ship.ts", 3, "Expected a comma"), at("lib/steps.ts", 9, "no such name")];
    expect(faultsIn(faults, "flows/ship.ts").map(({ line }) => line)).toEqual([3]);
  });
});
