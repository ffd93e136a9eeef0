import { describe, expect, it } from "vitest";
import { faultsIn, loadFaults, savedFaults } from "./load-faults";

describe("loadFaults", () => {
  it("reads file, line, column and message of each line", () => {
    expect(loadFaults(".agent/a.yaml:4:3 steps[0].run must be text\n.agent/a.yaml:9:1 unknown key")).toEqual([
      { file: ".agent/a.yaml", line: 4, column: 3, message: "steps[0].run must be text" },
      { file: ".agent/a.yaml", line: 9, column: 1, message: "unknown key" },
    ]);
  });

  it("keeps the lines of a message together", () => {
    expect(loadFaults("ship.ts:7:3 [\n  {\n    expected: text\n\nship.ts:9:1 no")).toEqual([
      { file: "ship.ts", line: 7, column: 3, message: "[\n  {\n    expected: text" },
      { file: "ship.ts", line: 9, column: 1, message: "no" },
    ]);
  });

  it("keeps what names no place", () => {
    expect(loadFaults("The file is gone")).toEqual([
      { file: null, line: 1, column: 1, message: "The file is gone" },
    ]);
    expect(loadFaults(null)).toEqual([]);
  });
});

describe("faultsIn", () => {
  it("leaves out those of files that a definition imports", () => {
    const faults = loadFaults("flows/ship.ts:3:7 Expected a comma\nlib/steps.ts:9:1 no such name");
    expect(faultsIn(faults, "flows/ship.ts").map(({ line }) => line)).toEqual([3]);
    expect(faultsIn(loadFaults("The file is gone"), "flows/ship.ts")).toHaveLength(1);
  });
});

describe("savedFaults", () => {
  it("takes the place from the details, else from the message", () => {
    const fault = { line: 4, column: 3, message: "must be text" };
    expect(
      savedFaults({ message: "no", data: { details: [{ path: "source:4:3", message: "must be text" }] } }),
    ).toMatchObject([fault]);
    expect(
      savedFaults({
        message: "no",
        data: { details: [{ path: "source", message: "a.yaml:4:3 must be text" }] },
      }),
    ).toMatchObject([fault]);
    expect(savedFaults({ message: "a.yaml:4:3 must be text" })).toMatchObject([fault]);
    expect(savedFaults({ message: "You may not do this." })).toEqual([]);
  });
});
