import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ProjectEvent } from "../../../events/catalog";
import type { WireListedRun } from "../../in-run/ui/wire";
import { newsOf } from "./news-of";
import { createPacer } from "./pace";
import { patchRuns, stalenessOf } from "./patch-runs";
import { lastLine } from "./progress-store";
import { followEvents, type StreamSource } from "./project-stream";

const run = {
  id: "r1",
  status: "pending",
  current_phase: null,
  current_step_index: 0,
  steps: [
    {
      step_id: "build",
      name: "Build",
      phase: "build",
      status: "pending",
      waiting_for: null,
      stalled_since: null,
    },
    {
      step_id: "unit",
      name: "Unit",
      phase: "test",
      status: "pending",
      waiting_for: null,
      stalled_since: null,
    },
  ],
  step_counts: { pending: 2, running: 0, completed: 0, failed: 0, skipped: 0 },
} as unknown as WireListedRun;

const at = { execution_id: "r1", project_id: "p" };

describe("patchRuns", () => {
  const runAfter = (...events: ProjectEvent[]) => events.reduce(patchRuns, [run]);

  it("moves a run as its events say", () => {
    const [patched] = runAfter(
      { id: 1, type: "workflow.execution.status_changed", data: { ...at, status: "running" } },
      { id: 2, type: "workflow.execution.phase_changed", data: { ...at, current_phase: "build" } },
      { id: 3, type: "workflow.step.completed", data: { ...at, step_id: "build", status: "completed" } },
      {
        id: 4,
        type: "workflow.step.started",
        data: { ...at, step_id: "unit", step_name: "Unit", phase: "test" },
      },
    );
    expect(patched).toMatchObject({
      status: "running",
      current_phase: "build",
      current_step_index: 1,
      step_counts: { pending: 0, running: 1, completed: 1 },
      steps: [{ status: "completed" }, { status: "running" }],
    });
  });

  it("shows at once that a step waits for somebody, and that it does no more", () => {
    const waiting: ProjectEvent = {
      id: 1,
      type: "workflow.step.waiting",
      data: { ...at, step_id: "unit", for: "approval" },
    };
    expect(runAfter(waiting)[0]?.steps[1]).toMatchObject({ status: "running", waiting_for: "approval" });
    const once = runAfter(waiting);
    expect(patchRuns(once, { ...waiting, id: 2 }), "a second of several approved").toBe(once);
    const [ended] = runAfter(waiting, {
      id: 2,
      type: "workflow.step.completed",
      data: { ...at, step_id: "unit", status: "completed" },
    });
    expect(ended?.steps[1]).toMatchObject({ status: "completed", waiting_for: null });
  });

  it("shows at once that an agent has stalled, and that it does no more", () => {
    const stalled = (id: number, isStalled: boolean): ProjectEvent => ({
      id,
      type: "workflow.step.stalled",
      data: { ...at, step_id: "unit", stalled: isStalled },
    });
    const [hangs] = runAfter(stalled(1, true));
    expect(hangs?.steps[1]).toMatchObject({ status: "running", stalled_since: expect.any(String) });
    const goesOn = { status: "running", stalled_since: null };
    expect(runAfter(stalled(1, true), stalled(2, false))[0]?.steps[1]).toMatchObject(goesOn);
    const data = { ...at, step_id: "unit", status: "failed" };
    const [ended] = runAfter(stalled(1, true), { id: 2, type: "workflow.step.completed", data });
    expect(ended?.steps[1]).toMatchObject({ status: "failed", stalled_since: null });
  });

  it("takes a deleted run out, and leaves the list itself where nothing changes", () => {
    const runs = [run];
    expect(patchRuns(runs, { id: 1, type: "workflow.execution.deleted", data: at })).toEqual([]);
    expect(
      patchRuns(runs, {
        id: 1,
        type: "workflow.execution.status_changed",
        data: { ...at, execution_id: "other", status: "running" },
      }),
    ).toBe(runs);
    expect(
      patchRuns(runs, { id: 1, type: "workflow.execution.status_changed", data: { ...at, status: "odd" } }),
    ).toBe(runs);
  });

  it("reads a run again for its comments and artifacts, and a list only where it counts them", () => {
    const comment = { ...at, comment_id: "c", step_id: null };
    const created = stalenessOf({ id: 1, type: "workflow.comment.created", data: comment });
    expect(created).toMatchObject({ pace: "soon", lists: true, run_id: "r1", steps: false });
    const onStep = { ...comment, step_id: "unit" };
    const told = stalenessOf({ id: 1, type: "workflow.comment.created", data: onStep });
    expect(told).toMatchObject({ pace: "soon", lists: true, run_id: "r1", steps: true });
    const updated = stalenessOf({ id: 1, type: "workflow.comment.updated", data: comment });
    expect(updated).toMatchObject({ lists: false, run_id: "r1", steps: false });
    const moved = stalenessOf({
      id: 1,
      type: "workflow.artifact.attached",
      data: { ...at, artifact_id: "a", comment_id: "c" },
    });
    expect(moved).toMatchObject({ lists: false, run_id: "r1", steps: false });
  });

  it("reads again soon what changes its column, later what a patch has shown, never for progress", () => {
    expect(stalenessOf({ id: 1, type: "workflow.execution.created", data: at })?.pace).toBe("soon");
    expect(
      stalenessOf({
        id: 1,
        type: "workflow.step.completed",
        data: { ...at, step_id: "unit", status: "failed" },
      })?.pace,
    ).toBe("later");
    expect(
      stalenessOf({ id: null, type: "workflow.step.progress", data: { ...at, step_id: "unit", output: "" } }),
    ).toBeNull();
  });
});

describe("newsOf", () => {
  const step = { ...at, step_id: "unit" };
  const started: ProjectEvent = {
    id: 1,
    type: "workflow.step.started",
    data: { ...step, step_name: "Unit", phase: "test" },
  };
  const waiting: ProjectEvent = { id: 2, type: "workflow.step.waiting", data: { ...step, for: "approval" } };

  it("says once that a run waits for somebody, and again when it asks again", () => {
    const begun = new Set<string>();
    const heard = [started, waiting, waiting, started, waiting].map((event) => newsOf(event, begun));
    const words = "waits for an approval";
    expect(heard).toEqual([null, words, null, null, words]);
  });

  it("says each time that an agent asks", () => {
    const asks: ProjectEvent = { id: 3, type: "workflow.step.waiting", data: { ...step, for: "permission" } };
    const words = "waits for a permission";
    expect([started, asks, asks].map((event) => newsOf(event, new Set()))).toEqual([null, words, words]);
  });

  it("says that an agent has stalled, not that it goes on", () => {
    const of = (stalled: boolean) =>
      newsOf({ id: 1, type: "workflow.step.stalled", data: { ...step, stalled } }, new Set());
    expect([true, false].map(of)).toEqual(["has stalled", null]);
  });

  it("is silent where the wait began before the page was open", () => {
    expect(newsOf(waiting, new Set())).toBeNull();
  });

  it("says how a run ended", () => {
    const of = (status: string) =>
      newsOf({ id: 1, type: "workflow.execution.status_changed", data: { ...at, status } }, new Set());
    expect(["completed", "failed", "running", "cancelled"].map(of)).toEqual([
      "is done",
      "failed",
      null,
      null,
    ]);
  });
});

describe("lastLine", () => {
  it("is the last that says something, without colours", () => {
    expect(lastLine("one\n\u001b[32mtwo\u001b[0m\r\n\n")).toBe("two");
    expect(lastLine("\n")).toBe("");
  });
});

describe("with a clock", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("reads at most four times a second however many events come", async () => {
    const read = vi.fn(async () => {});
    const pacer = createPacer(read);
    for (let ms = 0; ms < 2_000; ms += 5) {
      pacer.plan("soon");
      await vi.advanceTimersByTimeAsync(5);
    }
    expect(read.mock.calls.length).toBeGreaterThan(5);
    expect(read.mock.calls.length).toBeLessThanOrEqual(8);
  });

  it("waits at most two seconds behind a read, however long that one failed", async () => {
    const read = vi.fn(() => new Promise<void>((resolve) => setTimeout(resolve, 20_000)));
    const pacer = createPacer(read);
    pacer.plan("soon");
    await vi.advanceTimersByTimeAsync(100);
    pacer.plan("soon");
    await vi.advanceTimersByTimeAsync(21_000);
    expect(read).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it("only gathers while nobody looks", async () => {
    let awake = false;
    const read = vi.fn(async () => {});
    const pacer = createPacer(read, () => awake);
    pacer.plan("soon");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(read).not.toHaveBeenCalled();
    awake = true;
    pacer.wake();
    await vi.advanceTimersByTimeAsync(300);
    expect(read).toHaveBeenCalledTimes(1);
  });

  function server(verdict: "final" | "stale" | "again" = "again") {
    const opened: number[] = [];
    let on: Parameters<StreamSource["open"]>[1] | null = null;
    const source: StreamSource = {
      head: async () => 7,
      open: (after, handlers) => {
        opened.push(after);
        on = handlers;
        return () => {};
      },
      judge: async () => verdict,
    };
    const seen: (number | null)[] = [];
    const states: string[] = [];
    const resync = vi.fn();
    const stream = followEvents(
      source,
      { event: ({ id }) => seen.push(id), state: ({ status }) => states.push(status), resync },
      null,
    );
    return { opened, seen, states, resync, stream, wire: () => on };
  }

  const status = (id: number): ProjectEvent => ({
    id,
    type: "workflow.execution.status_changed",
    data: { ...at, status: "running" },
  });

  it("takes the newest number before the rows are read, and comes back from the last id", async () => {
    const { opened, seen, states, resync, wire } = server();
    await vi.advanceTimersByTimeAsync(0);
    wire()?.started();
    wire()?.event(status(8));
    wire()?.event(status(8));
    wire()?.ended(new Error("cut"));
    await vi.advanceTimersByTimeAsync(1_000);
    wire()?.started();
    wire()?.event(status(9));
    expect(resync).toHaveBeenCalledExactlyOnceWith(7);
    expect(opened).toEqual([7, 8]);
    expect(seen).toEqual([8, 9]);
    expect(states).toEqual(["connecting", "live", "reconnecting", "live"]);
  });

  it("says since when it is offline, and ends for good when it is refused", async () => {
    const away = server();
    await vi.advanceTimersByTimeAsync(0);
    away.wire()?.ended(new Error("cut"));
    await vi.advanceTimersByTimeAsync(4_000);
    expect(away.states.at(-1)).toBe("offline");

    const silent = server();
    await vi.advanceTimersByTimeAsync(0);
    silent.wire()?.ended(new Error("Timeout of 4000ms"), 4_000);
    await vi.advanceTimersByTimeAsync(1);
    expect(silent.states.at(-1), "silence of four seconds is no short break").toBe("offline");

    const refused = server("final");
    await vi.advanceTimersByTimeAsync(0);
    refused.wire()?.ended(new Error("403"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(refused.states.at(-1)).toBe("refused");
    expect(refused.opened).toEqual([7]);
  });

  it("starts over where the server does not know the last id", async () => {
    const { opened, resync, wire } = server("stale");
    await vi.advanceTimersByTimeAsync(0);
    wire()?.ended(new Error("400"));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(resync).toHaveBeenCalledTimes(2);
    expect(opened).toEqual([7, 7]);
  });
});
