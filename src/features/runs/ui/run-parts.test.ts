import { describe, expect, it } from "vitest";
import type { RunStatus } from "../../../model/states";
import {
  allSteps,
  doneSteps,
  retryStep,
  runLook,
  segmentsOf,
  spanOf,
  tellingStep,
  withNumber,
} from "../../in-run/ui/run-facts";
import type { FailingStep, ShownStep } from "../../in-run/ui/step-look";
import { cancelTitle, manyCancelWords, openCounts } from "./cancel-words";
import { listOfNames, retryWords } from "./retry-words";
import { cancelWords, deleteWords } from "./run-dialogs";
import { withSelected } from "./run-selection";
import { momentOf, runWaitWords } from "./run-wait-words";
import { barsOf, phasesOf, stepThatMatters } from "./step-choice";
import { allowedActions } from "./use-run-actions";

type Status = "pending" | "running" | "completed" | "failed" | "skipped";
const SILENT = { error_message: null };
type Glance = ShownStep & FailingStep & { phase: string };
const steps = (...statuses: Status[]): Glance[] =>
  statuses.map((status, at) => ({
    step_id: `s${at}`,
    name: `s${at}`,
    status,
    continue_on_error: false,
    phase: "p",
    waiting_for: null,
    stalled_since: null,
  }));
const approval = (name: string): Glance => ({
  step_id: name,
  name,
  status: "running",
  phase: "p",
  waiting_for: "approval",
  stalled_since: null,
  continue_on_error: false,
});
const stalled = (name: string): Glance => ({
  ...approval(name),
  waiting_for: null,
  stalled_since: "2026-01-01T00:00:00Z",
});

const opens = (given: Glance[], run: { status?: RunStatus; error_message?: string } = {}) =>
  stepThatMatters({ status: "running", ...SILENT, ...run, steps: given });

describe("the step that opens", () => {
  it("is the first failed, else in flight, else the last that ran", () => {
    expect(opens(steps("completed", "failed", "failed"))?.name).toBe("s1");
    expect(opens(steps("completed", "running", "pending"))?.name).toBe("s1");
    expect(opens(steps("completed", "completed", "skipped"))?.name).toBe("s1");
    expect(opens(steps("pending", "pending"))?.name).toBe("s0");
    expect(opens([])).toBeUndefined();
  });

  it("is one that waits for a person before one in flight", () => {
    const both = [...steps("completed", "running"), approval("sign-off")];
    expect(opens(both)?.name).toBe("sign-off");
    expect(tellingStep({ ...SILENT, status: "running", steps: both })?.name).toBe("sign-off");
    expect(opens([...both, ...steps("failed")])?.status).toBe("failed");
  });

  it("is one whose agent has stalled before one that goes on, after one that waits for a person", () => {
    const two = [...steps("running"), stalled("agent")];
    expect(opens(two)?.name).toBe("agent");
    expect(tellingStep({ ...SILENT, status: "running", steps: two })?.name).toBe("agent");
    expect(tellingStep({ ...SILENT, status: "running", steps: [...two, approval("ok")] })?.name).toBe("ok");
  });

  it("is what a card tells of", () => {
    expect(tellingStep({ ...SILENT, status: "failed", steps: steps("completed", "failed") })?.name).toBe(
      "s1",
    );
    expect(tellingStep({ ...SILENT, status: "running", steps: steps("completed", "pending") })?.name).toBe(
      "s1",
    );
    expect(tellingStep({ ...SILENT, status: "completed", steps: steps("completed") })).toBeUndefined();
    expect(retryStep({ ...SILENT, status: "failed", steps: steps("completed", "skipped") })?.name).toBe("s1");
  });
});

describe("a failure that the run tolerates", () => {
  const tolerated = (name: string): Glance => ({
    ...approval(name),
    status: "failed",
    waiting_for: null,
    continue_on_error: true,
  });

  it("does not count: the run opens at its end, or at the failure that does", () => {
    const green = [tolerated("lint"), ...steps("completed", "completed")];
    expect(opens(green, { status: "completed" })?.name).toBe("s1");
    expect(opens([...steps("completed", "failed")], { status: "completed" })?.name).toBe("s1");
    expect(opens([tolerated("lint"), ...steps("running")])?.name).toBe("s0");
    const red = [tolerated("one"), tolerated("two")];
    // All calls of code go on, until one is not caught.
    const named = { ...SILENT, status: "failed" as const, error_message: 'Step "two" failed: no' };
    expect(opens(red, named)?.name).toBe("two");
    expect(tellingStep({ ...named, steps: red })?.name).toBe("two");
    expect(retryStep({ ...named, steps: red })?.name).toBe("two");
  });

  it("is muted in the bar, the list and its phase", () => {
    const run = {
      ...SILENT,
      status: "completed" as const,
      steps: [tolerated("lint"), ...steps("completed")],
    };
    const step_counts = { pending: 0, running: 0, completed: 1, failed: 1, skipped: 0 };
    expect(
      segmentsOf({
        ...run,
        steps: run.steps.map((step) => ({ ...step, id: step.step_id })),
        step_counts,
      }).map(({ status }) => status),
    ).toEqual(["tolerated", "done"]);
    expect(segmentsOf({ ...run, steps: [], step_counts })).toMatchObject([
      { status: "done" },
      { status: "tolerated" },
    ]);
    expect(phasesOf({ ...run, phases: ["p"] })).toEqual([{ name: "p", status: "done" }]);
  });
});

describe("phasesOf", () => {
  const of = (status: "running" | "failed" | "cancelled" | "paused", parts: [string, Status][]) =>
    phasesOf({
      status,
      ...SILENT,
      phases: ["build", "test", "unused"],
      steps: parts.map(([phase, stepStatus]) => ({
        ...{ step_id: phase, name: phase, continue_on_error: false },
        phase,
        status: stepStatus,
        waiting_for: null,
        stalled_since: null,
      })),
    }).map(({ name, status: phase }) => `${name} ${phase}`);

  it("leaves out a phase without steps and sums up the others", () => {
    expect(
      of("running", [
        ["build", "completed"],
        ["test", "completed"],
        ["test", "pending"],
      ]),
    ).toEqual(["build done", "test running"]);
    expect(of("cancelled", [["build", "failed"]])).toEqual(["build cancelled"]);
    expect(
      of("paused", [
        ["build", "completed"],
        ["build", "pending"],
        ["test", "pending"],
      ]),
    ).toEqual(["build paused", "test waiting"]);
  });
});

describe("runLook", () => {
  it("needs a person while a step of a running run waits for one", () => {
    const run = { steps: [...steps("running"), approval("sign-off")] };
    expect(runLook({ ...run, status: "running" })).toBe("needs_you");
    expect(runLook({ ...run, status: "paused" })).toBe("paused");
    expect(runLook({ status: "running", steps: steps("running") })).toBe("running");
    expect(phasesOf({ ...run, ...SILENT, status: "running", phases: ["p"] })).toEqual([
      { name: "p", status: "needs_you" },
    ]);
  });

  it("has stalled with an agent of it, but for a person whom it needs more", () => {
    const run = { ...SILENT, status: "running", steps: [...steps("running"), stalled("agent")] } as const;
    expect(runLook(run)).toBe("stalled");
    expect(runLook({ ...run, status: "paused" })).toBe("paused");
    expect(runLook({ ...run, steps: [...run.steps, approval("sign-off")] })).toBe("needs_you");
    expect(phasesOf({ ...run, phases: ["p"] })).toEqual([{ name: "p", status: "stalled" }]);
  });
});

describe("barsOf", () => {
  it("puts all steps on one axis, the one in flight up to now", () => {
    const at = (second: number) => new Date(second * 1000).toISOString();
    expect(
      barsOf(
        [
          { kind: "script", started_at: at(0), completed_at: at(5) },
          { kind: "script", started_at: at(5), completed_at: null },
          { kind: "script", started_at: null, completed_at: null },
        ],
        10_000,
      ),
    ).toEqual([{ start: 0, length: 0.5 }, { start: 0.5, length: 0.5 }, null]);
  });
});

describe("barsOf with an approval", () => {
  it("leaves out the time in which it waited for people", () => {
    const at = (second: number) => new Date(second * 1000).toISOString();
    expect(
      barsOf(
        [
          { kind: "script", started_at: at(0), completed_at: at(5) },
          { kind: "approval", started_at: at(5), completed_at: at(9000) },
          { kind: "script", started_at: at(9000), completed_at: at(9005) },
        ],
        0,
      ),
    ).toEqual([
      { start: 0, length: 0.5 },
      { start: 0.5, length: 0 },
      { start: 0.5, length: 0.5 },
    ]);
  });
});

describe("barsOf after a retry", () => {
  it("leaves out the time in which nothing ran", () => {
    const at = (second: number) => new Date(second * 1000).toISOString();
    expect(
      barsOf(
        [
          { kind: "script", started_at: at(0), completed_at: at(5) },
          { kind: "script", started_at: at(3605), completed_at: at(3610) },
        ],
        0,
      ),
    ).toEqual([
      { start: 0, length: 0.5 },
      { start: 0.5, length: 0.5 },
    ]);
  });
});

describe("spanOf", () => {
  const run = {
    started_at: "2026-01-01T00:00:00Z",
    completed_at: null,
    cancelled_at: null,
    paused_at: "2026-01-01T00:01:00Z",
    waiting_since: null,
    rested_ms: 0,
    updated_at: "2026-01-01T00:02:00Z",
  };
  it("ticks only while the run runs", () => {
    expect(spanOf({ ...run, status: "running" }).to).toBeNull();
    const waiting_since = "2026-01-01T00:00:30Z";
    expect(spanOf({ ...run, status: "running", waiting_since }).to).toBe(waiting_since);
    expect(spanOf({ ...run, status: "paused" }).to).toBe(run.paused_at);
    expect(spanOf({ ...run, status: "pending", started_at: null }).from).toBeNull();
  });

  it("goes on where it stood before a wait", () => {
    const lasted = (given: Partial<Parameters<typeof spanOf>[0]>) => {
      const { from, to } = spanOf({ ...run, status: "running", ...given });
      return Date.parse(to ?? "2026-01-01T02:00:40Z") - Date.parse(from ?? "");
    };
    // It worked for 30 s, waited for two hours, and works again for 10 s.
    expect(lasted({ waiting_since: "2026-01-01T00:00:30Z" })).toBe(30_000);
    expect(lasted({ rested_ms: 2 * 60 * 60_000 })).toBe(40_000);
    const cancelled_at = "2026-01-01T02:00:00Z";
    expect(lasted({ status: "cancelled", waiting_since: "2026-01-01T00:00:30Z", cancelled_at })).toBe(30_000);
  });
});

describe("allowedActions", () => {
  const viewer = () => false;
  const member = (scope: string) => scope === "run:write";
  const maintainer = () => true;
  it("follows state and role", () => {
    expect(allowedActions("running", viewer)).toEqual([]);
    expect(allowedActions("running", member)).toEqual(["pause", "cancel", "again"]);
    expect(allowedActions("paused", member)).toEqual(["resume", "cancel", "again"]);
    expect(allowedActions("paused", member, true)).toEqual(["cancel", "again"]);
    expect(allowedActions("failed", member)).toEqual(["retry", "again"]);
    expect(allowedActions("failed", maintainer)).toEqual(["retry", "again", "delete"]);
    expect(allowedActions("pending", maintainer)).toEqual(["cancel", "again"]);
  });
});

describe("what a retry replaces", () => {
  const at = (minute: number) => `2026-01-01T00:0${minute}:00Z`;
  const ran = (name: string, from: number, to: number) => ({
    ...{ step_id: name, name, status: "completed" as const, attempt: 1 },
    ...{ started_at: at(from), completed_at: at(to) },
  });
  const never = {
    ...ran("last", 0, 0),
    status: "skipped" as const,
    attempt: 0,
    started_at: null,
    completed_at: null,
  };

  it("is what has run from there on; the files go back unless work of a kept step is among them", () => {
    const run = { snapshot: "abc", steps: [ran("build", 0, 1), ran("test", 2, 3), never] };
    expect(retryWords(run, "test")).toEqual({
      anew: ["test"],
      kept: ["build"],
      coming: 1,
      files: "The run's files go back to what test found.",
    });
    const beside = { ...run, steps: [ran("build", 0, 4), ran("test", 2, 3), never] };
    expect(retryWords(beside, "test").files).toBe(
      "The run's files stay as they are, since build has ended meanwhile.",
    );
    expect(retryWords(run, "last").files).toBe("The run's files stay as they are.");
    expect(retryWords({ ...run, snapshot: null }, "build")).toMatchObject({ kept: [], files: null });
    expect(listOfNames(["a", "b", "c", "d", "e", "f", "g", "h"])).toBe("a, b, c, d, e, f and 2 more");
    expect(listOfNames(["a", "b"])).toBe("a and b");
  });
});

describe("words of what is lost", () => {
  it("names the steps", () => {
    expect(cancelWords({ steps: steps("completed", "running", "pending", "pending") })).toBe(
      "S1 is stopped, and 2 steps that wait are skipped. What has been done stays; it can be retried from any step.",
    );
    expect(deleteWords({ steps: steps("completed", "failed"), artifacts_count: 1, comments_count: 2 })).toBe(
      "The run, the logs of 2 steps, 1 artifact and 2 comments are gone for good.",
    );
  });
});

describe("the choice of rows", () => {
  const ids = ["a", "b", "c", "d"];
  const choose = (selected: string[], id: string, anchor: string | null, extend = true) =>
    [...withSelected(new Set(selected), ids, { id, anchor, extend })].sort().join("");

  it("turns one on and off, and with shift all between, either way", () => {
    expect(choose([], "b", null, false)).toBe("b");
    expect(choose(["a", "b"], "b", "a", false)).toBe("a");
    expect(choose(["b"], "d", "b")).toBe("bcd");
    expect(choose(["d"], "b", "d")).toBe("bcd");
    expect(choose(["a", "b", "c"], "c", "a")).toBe("");
    expect(choose([], "c", null)).toBe("c");
    expect(choose([], "c", "gone")).toBe("c");
  });
});

describe("words of many that are cancelled", () => {
  it("counts what has not ended, by what happens to it", () => {
    const counts = { pending: 1200, running: 4, paused: 1, completed: 7, failed: 1, cancelled: 3 };
    const open = openCounts(counts);
    expect(cancelTitle(open)).toBe("Cancel 1,205 runs?");
    expect(manyCancelWords(open)).toBe(
      "4 at work, 1 paused and 1,200 waiting. Steps in flight are stopped, and those that wait are skipped. What has been done stays; each run can be retried from any step.",
    );
    expect(cancelTitle(openCounts(counts, ["paused"]))).toBe("Cancel 1 run?");
    expect(manyCancelWords(openCounts(counts, ["completed"]))).toContain("nothing to cancel");
  });
});

describe("withNumber", () => {
  it("says the number once", () => {
    expect(withNumber({ name: "Ship 1.4", number: 12 })).toBe("Ship 1.4 #12");
    expect(withNumber({ name: "Ship a release #12", number: 12 })).toBe("Ship a release #12");
    expect(withNumber({ name: "Mends #2", number: 12 })).toBe("Mends #2 #12");
  });
});

describe("why a run waits", () => {
  const since = "2026-01-01T00:00:00.000Z";
  const wait = { since, until: null, step_id: null, run_id: null, limit: null };
  const of = (more: Partial<NonNullable<Parameters<typeof runWaitWords>[0]["waiting_for"]>>) =>
    runWaitWords({
      waiting_for: { ...wait, kind: "place", ...more },
      steps: [{ step_id: "e2e", name: "Browser" }],
    });

  it("fits on a card, with the moment that tells most", () => {
    const words = [
      of({}),
      of({ kind: "worker" }),
      of({ kind: "project", limit: 1 }),
      of({ kind: "project", limit: 4 }),
      of({ kind: "concurrency" }),
      of({ kind: "retry", step_id: "e2e" }),
    ];
    expect(words).toEqual([
      "all workers are busy",
      "no worker is there",
      "the project runs one at a time",
      "the project runs 4 at a time",
      "behind another run of its group",
      "Browser is tried again",
    ]);
    expect(Math.max(...words.map((each) => each?.length ?? 0))).toBeLessThan(34);
    expect(of({ kind: "approval" })).toBeNull();
    expect(momentOf({ ...wait, kind: "place" })).toEqual({ word: "since", at: since });
    const until = "2026-01-01T02:00:00.000Z";
    expect(momentOf({ ...wait, kind: "retry", until })).toEqual({ word: "at", at: until });
  });
});

describe("the bar of a run's steps", () => {
  const glances = (...statuses: Status[]) =>
    steps(...statuses).map((step) => ({ ...step, step_id: step.name })) as never[];
  const none = { completed: 0, skipped: 0, failed: 0, running: 0, pending: 0 };
  const going = { ...SILENT, status: "running" as const };
  const shown = (run: Pick<Parameters<typeof segmentsOf>[0], "steps" | "step_counts">) =>
    segmentsOf({ ...going, ...run }).map(({ status, count }) => [status, count]);

  it("has a segment a step where all are there", () => {
    const run = {
      steps: glances("completed", "failed", "skipped", "pending"),
      step_counts: { ...none, completed: 1, failed: 1, skipped: 1, pending: 1 },
    };
    expect(shown(run)).toEqual([
      ["done", 1],
      ["failed", 1],
      ["skipped", 1],
      ["waiting", 1],
    ]);
    expect(segmentsOf({ ...going, ...run }).map(({ id }) => id)).toEqual(["s0", "s1", "s2", "s3"]);
    expect(segmentsOf({ ...going, steps: [], step_counts: none })).toEqual([]);
  });

  it("has one a status, as wide as it has steps, where a list left some out", () => {
    const run = {
      steps: glances(...Array.from({ length: 50 }, () => "completed" as const)),
      step_counts: { ...none, completed: 120, failed: 2, running: 3, pending: 75 },
    };
    expect(shown(run)).toEqual([
      ["done", 120],
      ["failed", 2],
      ["running", 3],
      ["waiting", 75],
    ]);
    expect(segmentsOf({ ...going, ...run }).reduce((sum, { count }) => sum + count, 0)).toBe(allSteps(run));
    expect(segmentsOf({ ...going, ...run }).map(({ name }) => name)[0]).toBe("120 steps");
  });

  it("says there too that one waits for a person or has stalled", () => {
    const step_counts = { ...none, running: 2, pending: 90 };
    const asks = { ...approval("sign-off"), step_id: "sign-off" } as never;
    const rests = { ...stalled("agent"), step_id: "agent" } as never;
    expect(shown({ steps: [asks], step_counts })).toEqual([
      ["needs_you", 2],
      ["waiting", 90],
    ]);
    expect(shown({ steps: [rests], step_counts })[0]).toEqual(["stalled", 2]);
  });

  it("counts as done what is through, and after a failure or a cancel what is completed", () => {
    const step_counts = { ...none, completed: 3, skipped: 2, failed: 1, pending: 4 };
    expect(allSteps({ step_counts })).toBe(10);
    expect(doneSteps({ status: "running", step_counts })).toBe(6);
    expect(doneSteps({ status: "failed", step_counts })).toBe(3);
    expect(doneSteps({ status: "cancelled", step_counts })).toBe(3);
  });
});
