import { describe, expect, it } from "vitest";
import { approvalStep, scriptStep } from "../../test/compiled";
import { type EndedStep, whyStale } from "./queries/stale-approval";

const at = (second: number) => new Date(second * 1_000).toISOString();
const ended = (step_id: string, from: number, to: number, before: string, after: string): EndedStep => ({
  step_id,
  name: step_id,
  started_at: at(from),
  completed_at: at(to),
  snapshot_before: before,
  snapshot: after,
});
const after = (id: string, ...needs: string[]) => ({ ...scriptStep(id, "true"), needs });
const definition = {
  steps: [
    after("edit"),
    { ...approvalStep("look"), needs: ["edit"] },
    after("slow", "edit"),
    after("later", "slow"),
    after("ship", "look", "later"),
  ],
};
const look = { step_id: "look", name: "look", completed_at: at(10), snapshot: "a" };
const edit = ended("edit", 1, 2, "0", "a");

describe("an approval", () => {
  it("holds for the files that were seen, and for what the steps behind it make of them", () => {
    expect(whyStale(definition, look, [edit], "a")).toBeNull();
    const slow = ended("slow", 3, 11, "a", "a");
    expect(whyStale(definition, look, [edit, slow, ended("ship", 12, 13, "a", "b")], "b")).toBeNull();
  });

  it.each([
    [[ended("slow", 3, 11, "a", "b")], "slow"],
    [[ended("later", 11, 12, "a", "b")], "later"],
    [[ended("slow", 3, 11, "a", "b"), ended("ship", 12, 13, "b", "c")], "slow"],
  ])("does not hold once a step beside it has changed files: %#", (steps, name) => {
    const now = steps.at(-1)?.snapshot ?? "";
    expect(whyStale(definition, look, [edit, ...steps], now)).toBe(
      `"${name}" has changed files since "look" was approved.`,
    );
  });

  it("does not hold for what the base brings", () => {
    expect(whyStale(definition, look, [edit], "b")).toMatch(/^The files have changed/);
    expect(whyStale(definition, look, [edit, ended("ship", 12, 13, "a", "b")], "c")).toMatch(/^The files/);
  });

  it("covers, where code decides, what begins behind it alone", () => {
    const code = { steps: [], code: "" };
    expect(whyStale(code, look, [ended("other", 11, 12, "a", "b")], "b")).toBeNull();
    expect(whyStale(code, look, [ended("other", 9, 12, "a", "b")], "b")).not.toBeNull();
  });
});
