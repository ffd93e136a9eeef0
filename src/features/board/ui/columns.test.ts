import { describe, expect, it } from "vitest";
import type { RunListItem } from "../../runs/schema";
import { arrangementOf, columnsByPhase, columnsByStatus } from "./columns";
import { doorsOf } from "./doors";

type StepStatus = RunListItem["steps"][number]["status"];

function run(
  id: string,
  status: RunListItem["status"],
  { phase = null, steps = [] }: { phase?: string | null; steps?: [string, StepStatus][] } = {},
): RunListItem {
  return {
    id,
    status,
    args: {},
    args_bytes: 2,
    current_phase: phase,
    project_id: "p",
    user_id: "u",
    user_name: "Ada Byron",
    workflow_definition_id: "d",
    definition_name: "Ship",
    definition_slug: "ship",
    revision: 1,
    number: 1,
    name: id,
    current_step_index: 0,
    error_message: null,
    priority: 0,
    changes: null,
    pull_request: null,
    labels: [],
    assignee_id: null,
    assignee_name: null,
    trigger: null,
    pinned_at: null,
    logs_removed_at: null,
    artifacts_removed_at: null,
    tokens: null,
    cost: null,
    currency: null,
    budget: null,
    first_error: null,
    over_budget: null,
    started_at: null,
    completed_at: null,
    paused_at: null,
    cancelled_at: null,
    waiting_since: null,
    rested_ms: 0,
    waiting_for: null,
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
    step_counts: { pending: 0, running: 0, completed: 0, failed: 0, skipped: 0 },
    comments_count: 0,
    artifacts_count: 0,
    steps: steps.map(([stepPhase, stepStatus], at) => ({
      id: `row-s${at}`,
      step_id: `s${at}`,
      name: `s${at}`,
      phase: stepPhase,
      status: stepStatus,
      waiting_for: null,
      stalled_since: null,
      continue_on_error: false,
    })),
  };
}

const shape = (columns: ReturnType<typeof columnsByStatus>) =>
  Object.fromEntries(columns.map((column) => [column.title, column.runs.map(({ id }) => id)]));

describe("columnsByStatus", () => {
  const runs = [
    run("e", "pending"),
    run("d", "failed"),
    run("c", "running"),
    run("b", "pending"),
    run("a", "completed"),
  ];

  it("gives each status its column, the queue oldest first", () => {
    expect(shape(columnsByStatus(runs, null, null))).toEqual({
      Waiting: ["b", "e"],
      Running: ["c"],
      Paused: [],
      Failed: ["d"],
      Done: ["a"],
    });
  });

  it("puts what waits for a person at the top of its column", () => {
    const asks = run("a", "running", { steps: [["sign-off", "running"]] });
    const waiting = {
      ...asks,
      steps: asks.steps.map((step) => ({ ...step, waiting_for: "approval" as const })),
    };
    const others = [run("c", "running"), run("b", "running")];
    expect(shape(columnsByStatus([...others, waiting], null, null))).toMatchObject({
      Running: ["a", "c", "b"],
    });
    expect(shape(columnsByPhase(["sign-off"], [...others, waiting], null))).toMatchObject({
      "sign-off": ["a"],
    });
  });

  it("keeps the one column that a filter leaves, with its count", () => {
    const columns = columnsByStatus(runs, { cancelled: 7 }, "cancelled");
    expect(shape(columns)).toEqual({ Cancelled: [] });
    expect(columns[0]?.total).toBe(7);
  });
});

describe("columnsByPhase", () => {
  it("puts a run where it stands: in flight, failed, or about to begin", () => {
    const runs = [
      run("waits", "pending", { steps: [["build", "pending"]] }),
      run("builds", "running", { phase: "build", steps: [["build", "running"]] }),
      run("began", "running", { steps: [["build", "pending"]] }),
      run("broke", "failed", {
        steps: [
          ["build", "completed"],
          ["test", "failed"],
        ],
      }),
      run("done", "completed", { phase: "test" }),
    ];
    expect(shape(columnsByPhase(["build", "test"], runs, null))).toEqual({
      Waiting: ["waits"],
      build: ["builds", "began"],
      test: ["broke"],
      Done: ["done"],
    });
  });

  it("shows a phase that a newer revision has no more", () => {
    const runs = [run("old", "paused", { phase: "deploy" })];
    expect(shape(columnsByPhase(["build"], runs, null))).toMatchObject({ build: [], deploy: ["old"] });
  });

  it("tells a move apart from a change within a card", () => {
    const before = columnsByPhase(["build"], [run("a", "pending")], null);
    const same = columnsByPhase(["build"], [{ ...run("a", "pending"), name: "renamed" }], null);
    const moved = columnsByPhase(["build"], [run("a", "running", { phase: "build" })], null);
    expect(arrangementOf(same)).toBe(arrangementOf(before));
    expect(arrangementOf(moved)).not.toBe(arrangementOf(before));
  });
});

describe("doorsOf", () => {
  const doors = (counts: Parameters<typeof doorsOf>[0]) =>
    doorsOf(counts, "/p/x/runs?q=a&status=").map(({ count, label, href }) => `${count} ${label} ${href}`);

  it("leads to what has left the board, the cancelled runs too, by the count of each", () => {
    expect(doors({ pending: 4, completed: 1200, cancelled: 3, failed: 2 })).toEqual([
      "1200 done /p/x/runs?q=a&status=completed",
      "3 cancelled /p/x/runs?q=a&status=cancelled",
    ]);
    expect(doors({ completed: 0, cancelled: 1 })).toEqual(["1 cancelled /p/x/runs?q=a&status=cancelled"]);
    expect(doors(null)).toEqual([]);
  });
});
