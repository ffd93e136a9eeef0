import { describe, expect, it } from "vitest";
import type { WireRun } from "../../../in-run/ui/wire";
import type { Timeline } from "../../schema";
import {
  axisOf,
  divisionOf,
  groupsOf,
  isGroup,
  ownSpans,
  runSpans,
  stepRows,
  ticksOf,
  timesOf,
} from "./spans";

const T0 = Date.parse("2026-01-01T09:00:00Z");
const at = (seconds: number) => new Date(T0 + seconds * 1_000).toISOString();

type Step = WireRun["steps"][number];
const step = (step_id: string, given: Partial<Step> = {}) =>
  ({
    step_id,
    name: step_id,
    phase: "work",
    kind: "script",
    status: "completed",
    waiting_for: null,
    stalled_since: null,
    ...given,
  }) as Step;
const runOf = (steps: Step[], given: Partial<WireRun> = {}) =>
  ({ status: "completed", steps, ...given }) as WireRun;
const NONE: Timeline = { queued_at: at(0), states: [], attempts: [], waits: [] };

describe("stepRows", () => {
  it("tells attempts, the wait for the next try, and a permission within one apart", () => {
    const run = runOf([step("unit"), step("sign-off", { kind: "approval" })]);
    const timeline: Timeline = {
      ...NONE,
      attempts: [
        { step_id: "unit", number: 1, status: "failed", started_at: at(0), completed_at: at(10) },
        { step_id: "unit", number: 2, status: "completed", started_at: at(15), completed_at: at(40) },
        { step_id: "sign-off", number: 1, status: "completed", started_at: at(40), completed_at: at(100) },
      ],
      waits: [{ step_id: "unit", from: at(20), to: at(30) }],
    };
    const [unit, signOff] = stepRows(run, timeline, T0 + 200_000);
    const kinds = (row: typeof unit) =>
      row?.spans.map(({ kind, from, to }) => `${kind} ${(from - T0) / 1_000}-${(to - T0) / 1_000}`);
    expect(kinds(unit)).toEqual(["working 0-10", "waiting 10-15", "working 15-40", "waiting 20-30"]);
    expect(timesOf(unit ?? { spans: [] })).toEqual({ working: 25_000, waiting: 15_000 });
    expect(kinds(signOff)).toEqual(["waiting 40-100"]);
  });
});

describe("runSpans", () => {
  it("has the queue, the work and the pauses of each start, and goes on until now", () => {
    const states: Timeline["states"] = [
      { at: at(0), status: "pending" },
      { at: at(5), status: "running" },
      { at: at(20), status: "paused" },
      { at: at(30), status: "running" },
      { at: at(40), status: "failed" },
      { at: at(90), status: "pending" },
    ];
    const spans = runSpans({ ...NONE, states }, T0 + 100_000);
    expect(spans.map(({ kind, to, from }) => `${kind} ${(to - from) / 1_000}`)).toEqual([
      "queued 5",
      "working 15",
      "paused 10",
      "working 10",
      "queued 10",
    ]);
  });
});

describe("groupsOf", () => {
  it("folds the phases and, of one with many steps, the rounds of its loop", () => {
    const steps = Array.from({ length: 10 }, (_, round) => [
      step(`fix-${round + 1}`, { phase: "loop" }),
      step(`test-${round + 1}`, { phase: "loop", status: round === 9 ? "completed" : "failed" }),
    ]).flat();
    const run = runOf([step("prepare", { phase: "first" }), ...steps]);
    const groups = groupsOf(run, stepRows(run, NONE, T0));
    expect(groups.map(({ name }) => name)).toEqual(["first", "loop"]);
    expect(
      groups[1]?.rows.map((row) => (isGroup(row) ? `${row.name}: ${row.rows.length} ${row.look}` : row.name)),
    ).toEqual([...Array.from({ length: 9 }, (_, at) => `Round ${at + 1}: 2 failed`), "Round 10: 2 done"]);
  });
});

describe("what several did", () => {
  it("is work while one of them works, and a wait while none does", () => {
    const run = runOf([step("lint"), step("unit")]);
    const timeline: Timeline = {
      ...NONE,
      attempts: [
        { step_id: "lint", number: 1, status: "completed", started_at: at(0), completed_at: at(10) },
        { step_id: "unit", number: 1, status: "failed", started_at: at(0), completed_at: at(5) },
        { step_id: "unit", number: 2, status: "completed", started_at: at(20), completed_at: at(30) },
      ],
    };
    const rows = stepRows(run, timeline, T0 + 40_000);
    const [group] = groupsOf(run, rows);
    expect(timesOf(group ?? { spans: [] })).toEqual({ working: 20_000, waiting: 10_000 });
    const own = ownSpans([{ kind: "working", from: T0, to: T0 + 40_000 }], rows);
    expect(own.map(({ kind, from, to }) => `${kind} ${(from - T0) / 1_000}-${(to - T0) / 1_000}`)).toEqual([
      "working 0-10",
      "waiting 10-20",
      "working 20-40",
    ]);
  });
});

describe("divisionOf", () => {
  const row = {
    status: "running",
    created_at: at(0),
    updated_at: at(0),
    started_at: at(10),
    completed_at: null,
    cancelled_at: null,
    paused_at: null,
    waiting_since: null,
    rested_ms: 20_000,
  } as const;

  it("adds up to the whole, while it works, waits, is paused, and has ended", () => {
    const cases = [
      [row, { queued: 10_000, working: 70_000, waiting: 20_000 }],
      [
        { ...row, waiting_since: at(60) },
        { queued: 10_000, working: 30_000, waiting: 60_000 },
      ],
      [
        { ...row, status: "paused", paused_at: at(90) },
        { queued: 10_000, working: 60_000, waiting: 30_000 },
      ],
      [
        { ...row, status: "completed", completed_at: at(50) },
        { queued: 10_000, working: 20_000, waiting: 20_000 },
      ],
      [
        { ...row, status: "pending", started_at: null, rested_ms: 0 },
        { queued: 100_000, working: 0, waiting: 0 },
      ],
    ] as const;
    for (const [run, parts] of cases) {
      const division = divisionOf(run as never, at(0), T0 + 100_000);
      expect(division).toMatchObject(parts);
      expect(division.whole).toBe(parts.queued + parts.working + parts.waiting);
    }
  });
});

describe("the axis", () => {
  it("has some marks at round times, however long it is", () => {
    for (const length of [1_000, 61_000, 3_700_000, 86_400_000 * 9]) {
      const ticks = ticksOf(length, 8);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThanOrEqual(10);
    }
    expect(ticksOf(61_000, 8)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
    expect(axisOf([], [], T0)).toEqual({ from: T0 - 1_000, to: T0 });
  });
});
