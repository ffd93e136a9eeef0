import { describe, expect, it } from "vitest";
import type { RunListItem } from "../../runs/schema";
import type { Board } from "../schema";
import { arrangementOf, columnsOf } from "./columns";
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
    archived_at: null,
    ask: null,
    acknowledged_at: null,
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

const KEYS = ["pending", "running", "needs_you", "paused", "failed", "recent"];

const board = (items: RunListItem[], keys = KEYS, count = 0): Board => ({
  columns: keys.map((key) => ({
    key,
    title: key.split(":")[1] ?? null,
    count,
    next_cursor: count > 0 ? "c" : null,
  })),
  items,
});
const shape = (columns: ReturnType<typeof columnsOf>) =>
  Object.fromEntries(columns.map((column) => [column.title, column.runs.map(({ id }) => id)]));

const asks = (id: string) => {
  const waits = run(id, "running", { steps: [["sign-off", "running"]] });
  return { ...waits, steps: waits.steps.map((step) => ({ ...step, waiting_for: "approval" as const })) };
};

describe("columnsOf, by status", () => {
  it("gives each status its column, the queue oldest first, and what needs somebody one of its own", () => {
    const runs = [
      run("e", "pending"),
      run("d", "failed"),
      run("c", "running"),
      run("b", "pending"),
      run("a", "completed"),
      asks("f"),
    ];
    expect(shape(columnsOf(board(runs), "status", null))).toEqual({
      Waiting: ["b", "e"],
      Running: ["c"],
      "Needs you": ["f"],
      Paused: [],
      Failed: ["d"],
      "Recently ended": ["a"],
    });
  });

  it("lets what was cancelled, and a failure that was acknowledged, end of late, and nothing that is archived", () => {
    const at = "2026-01-02T00:00:00Z";
    const runs = [
      { ...run("a", "failed"), acknowledged_at: at, completed_at: "2026-01-01T02:00:00Z" },
      { ...run("b", "cancelled"), cancelled_at: "2026-01-01T03:00:00Z" },
      { ...run("c", "completed"), completed_at: "2026-01-01T01:00:00Z" },
      { ...run("d", "completed"), archived_at: at },
      { ...run("e", "failed"), archived_at: at },
    ];
    expect(shape(columnsOf(board(runs), "status", null))).toMatchObject({
      Failed: [],
      "Recently ended": ["b", "a", "c"],
    });
  });

  it("counts what is not loaded, and what is where all of it is", () => {
    const partly = columnsOf(board([run("a", "failed")], ["failed"], 555), "status", null);
    expect(partly[0]).toMatchObject({ total: 555, more: true });
    // The server's number is behind an event by then.
    const wholly = columnsOf(board([run("a", "failed"), run("b", "failed")], ["failed"]), "status", null);
    expect(wholly[0]).toMatchObject({ total: 2, more: false });
  });

  it("keeps the one column that a filter leaves", () => {
    const runs = [run("a", "cancelled"), run("b", "running")];
    expect(shape(columnsOf(board(runs, ["cancelled"]), "status", "cancelled"))).toEqual({ Cancelled: ["a"] });
  });
});

describe("columnsOf, by phase", () => {
  const phases = ["pending", "phase:build", "phase:test", "recent"];

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
    expect(shape(columnsOf(board(runs, phases), "phase", null))).toEqual({
      Waiting: ["waits"],
      build: ["builds", "began"],
      test: ["broke"],
      "Recently ended": ["done"],
    });
  });

  it("keeps a run that needs somebody in its phase, at the top", () => {
    const runs = [
      run("c", "running", { phase: "sign-off" }),
      asks("a"),
      run("b", "running", { phase: "sign-off" }),
    ];
    const columns = columnsOf(board(runs, ["pending", "phase:sign-off", "recent"]), "phase", null);
    expect(shape(columns)).toMatchObject({ "sign-off": ["a", "c", "b"] });
  });

  it("shows a column of which only an event has told, ahead of what has ended", () => {
    const columns = columnsOf(board([run("old", "paused", { phase: "deploy" })], phases), "phase", null);
    expect(columns.map(({ title }) => title)).toEqual([
      "Waiting",
      "build",
      "test",
      "deploy",
      "Recently ended",
    ]);
  });

  it("tells a move apart from a change within a card", () => {
    const arranged = (one: RunListItem) => arrangementOf(columnsOf(board([one], phases), "phase", null));
    const before = arranged(run("a", "pending"));
    expect(arranged({ ...run("a", "pending"), name: "renamed" })).toBe(before);
    expect(arranged(run("a", "running", { phase: "build" }))).not.toBe(before);
  });
});

describe("columnsOf, by person", () => {
  it("names a column by its runs", () => {
    const columns = columnsOf(board([run("a", "running"), run("b", "failed")], ["recent"]), "person", null);
    expect(shape(columns)).toEqual({ "Ada Byron": ["b", "a"], "Recently ended": [] });
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
