import { describe, expect, it } from "vitest";
import { Modes } from "../../lib/modes";
import { modeOf, PASS_MODES, type PassMode } from "./pass-mode";

const MODES = Object.keys(PASS_MODES) as PassMode[];

describe("the modes of a pass", () => {
  it.each(MODES)("from %s go where the table says, and nowhere else", (from) => {
    for (const to of MODES) {
      const mode = new Modes("a pass", PASS_MODES, from);
      if (to === from || PASS_MODES[from].includes(to)) {
        mode.change(to);
        expect(mode.is(to)).toBe(true);
      } else {
        expect(() => mode.change(to)).toThrow(`a pass cannot go from "${from}" to "${to}"`);
        expect(mode.is(from)).toBe(true);
      }
    }
  });

  it("never leave an end, and never start steps again in a process that stops", () => {
    expect(MODES.filter((from) => PASS_MODES[from].length === 0)).toEqual(["lost", "over"]);
    expect(MODES.filter((from) => PASS_MODES[from].includes("moving"))).toEqual(["paused"]);
  });

  it("follow what has happened, the gravest first", () => {
    const facts = { stopped: null, status: "running", draining: false } as const;
    expect(modeOf(facts)).toBe("moving");
    expect(modeOf({ ...facts, draining: true })).toBe("draining");
    expect(modeOf({ ...facts, draining: true, status: "paused" })).toBe("paused");
    expect(modeOf({ stopped: "handover", status: "paused", draining: true })).toBe("handing over");
    expect(modeOf({ stopped: "handover", status: "cancelled", draining: true })).toBe("cancelled");
    expect(modeOf({ ...facts, stopped: "cancelled" })).toBe("cancelled");
    expect(modeOf({ ...facts, status: "completed" })).toBe("lost");
    expect(modeOf({ ...facts, stopped: "lost", status: "cancelled" })).toBe("lost");
  });
});
