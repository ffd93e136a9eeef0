import { describe, expect, it } from "vitest";
import type { RunListItem } from "../../runs/schema";
import { moveOf } from "./moves";

type Step = RunListItem["steps"][number];

const STEPS: [string, string, Step["status"]][] = [
  ["compile", "build", "completed"],
  ["unit", "test", "failed"],
  ["ship", "publish", "skipped"],
];

const run = (status: RunListItem["status"], given: Partial<RunListItem> = {}) =>
  ({
    id: "a",
    status,
    user_id: "ada",
    assignee_id: null,
    workflow_definition_id: "d",
    current_phase: null,
    archived_at: null,
    acknowledged_at: null,
    over_budget: null,
    labels: [],
    error_message: null,
    steps: STEPS.map(([step_id, phase, step]) => ({
      id: step_id,
      step_id,
      name: step_id,
      phase,
      status: step,
      waiting_for: null,
      stalled_since: null,
    })),
    ...given,
  }) as unknown as RunListItem;

const to = (key: string, title = key) => ({ key, title });
const byStatus = (of: RunListItem, key: string) => moveOf(of, to(key), "status", []);
const PHASES = ["phase:build", "phase:test", "phase:publish"].map((key) => to(key));
const byPhase = (of: RunListItem, key: string) => moveOf(of, to(key), "phase", PHASES);

describe("moving a card", () => {
  it("pauses, resumes, cancels, acknowledges, or takes that back", () => {
    expect(byStatus(run("running"), "paused")).toMatchObject({ kind: "pause" });
    expect(byStatus(run("paused"), "running")).toMatchObject({ kind: "resume" });
    expect(byStatus(run("running"), "recent")).toMatchObject({ kind: "cancel" });
    expect(byStatus(run("failed"), "recent")).toMatchObject({ kind: "acknowledge" });
    const seen = run("failed", { acknowledged_at: "2026-01-01T00:00:00Z" });
    expect(byStatus(seen, "failed")).toMatchObject({ kind: "unacknowledge" });
    expect(byStatus(run("failed"), "running")).toMatchObject({
      kind: "retry",
      from: { step_id: "unit" },
      again: 2,
    });
  });

  it("retries from an earlier phase, or from where it ended, and goes not ahead", () => {
    expect(byPhase(run("failed"), "phase:build")).toMatchObject({
      kind: "retry",
      from: { step_id: "compile" },
      again: 3,
    });
    expect(byPhase(run("failed"), "phase:publish")).toMatchObject({ kind: "refused" });
    // It is there already.
    expect(byPhase(run("failed"), "phase:test")).toBeNull();
    expect(byPhase(run("completed"), "phase:publish")).toMatchObject({
      kind: "retry",
      from: { step_id: "ship" },
    });
    const going = byPhase(run("running", { current_phase: "test" }), "phase:build");
    expect(going).toMatchObject({ kind: "refused", says: expect.stringContaining("cancel it first") });
  });

  it("says why where it makes no sense", () => {
    for (const [status, key] of [
      ["pending", "paused"],
      ["pending", "running"],
      ["running", "pending"],
      ["running", "needs_you"],
      ["running", "failed"],
      ["completed", "paused"],
    ] as const)
      expect(byStatus(run(status), key), `${status} to ${key}`).toMatchObject({
        kind: "refused",
        says: expect.stringMatching(/\.$/),
      });
    const over = run("paused", { over_budget: { kind: "tokens" } as never });
    expect(byStatus(over, "running")).toMatchObject({ kind: "refused" });
    expect(moveOf(run("running"), to("person:bob"), "person", [])).toMatchObject({ kind: "refused" });
  });

  it("assigns, and takes off", () => {
    const mine = run("running", { assignee_id: "ada" });
    expect(moveOf(mine, to("assignee:bob", "Bob"), "assignee", [])).toMatchObject({
      kind: "assign",
      assignee_id: "bob",
    });
    expect(moveOf(mine, to("assignee:", "Nobody"), "assignee", [])).toMatchObject({
      kind: "assign",
      assignee_id: null,
    });
  });
});
