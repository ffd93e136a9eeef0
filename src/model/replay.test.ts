import { describe, expect, it } from "vitest";
import { type StateEvent, type StateEventType, type StatesNow, stateAt } from "./replay";

const AT = "2026-01-01T00:00:00.000Z";
let count = 0;
const event = (type: StateEventType, part: Partial<StateEvent> = {}): StateEvent => ({
  id: ++count,
  at: AT,
  type,
  status: null,
  step_id: null,
  phase: null,
  stalled: null,
  ...part,
});
const run = (status: string) => event("workflow.execution.status_changed", { status });
const starts = (step_id: string) => event("workflow.step.started", { step_id });
const ends = (step_id: string, status = "completed") => event("workflow.step.completed", { step_id, status });

/** The states behind each event, in short: `running: build completed, test running`. */
function told(events: readonly StateEvent[], now: StatesNow): string[] {
  return events.map(({ id }) => {
    const moment = stateAt(events, id, now);
    const steps = moment?.steps.map(
      ({ status, attempt, needs_person }, at) =>
        `${now.steps[at]?.step_id} ${needs_person ? "asks" : status} ${attempt}`,
    );
    return moment ? `${moment.status}: ${steps?.join(", ")}` : "none";
  });
}

/** Of build and test; test failed, was retried and asks. */
function story(): StateEvent[] {
  count = 0;
  return [
    event("workflow.execution.created"),
    run("running"),
    starts("build"),
    ends("build"),
    starts("test"),
    ends("test", "failed"),
    run("failed"),
    run("pending"),
    run("running"),
    starts("test"),
    event("workflow.step.waiting", { step_id: "test" }),
    ends("test"),
    run("completed"),
  ];
}
const NOW: StatesNow = {
  status: "completed",
  current_phase: null,
  steps: [
    { step_id: "build", status: "completed", attempt: 1 },
    { step_id: "test", status: "completed", attempt: 2 },
  ],
};
const STORY = [
  "pending: build pending 0, test pending 0",
  "running: build pending 0, test pending 0",
  "running: build running 1, test pending 0",
  "running: build completed 1, test pending 0",
  "running: build completed 1, test running 1",
  "running: build completed 1, test failed 1",
  "failed: build completed 1, test failed 1",
  "pending: build completed 1, test pending 1",
  "running: build completed 1, test pending 1",
  "running: build completed 1, test running 2",
  "running: build completed 1, test asks 2",
  "running: build completed 1, test completed 2",
  "completed: build completed 1, test completed 2",
];

describe("the states of a run behind an event", () => {
  it("are those of all events up to it", () => {
    expect(told(story(), NOW)).toEqual(STORY);
    expect(stateAt(story(), 0, NOW), "it was not there yet").toBeNull();
  });

  it("are the same where the first events are kept no more", () => {
    for (const gone of [1, 3, 4, 5, 7, 9]) expect(told(story().slice(gone), NOW)).toEqual(STORY.slice(gone));
  });

  it("know what a run has taken along that was cancelled", () => {
    count = 0;
    const events = [event("workflow.execution.created"), run("running"), starts("build"), run("cancelled")];
    const now: StatesNow = {
      status: "cancelled",
      current_phase: null,
      steps: [{ step_id: "build", status: "failed", attempt: 1 }],
    };
    expect(told(events, now).at(-1)).toBe("cancelled: build failed 1");
    expect(told(events, now).at(-2)).toBe("running: build running 1");
  });
});
