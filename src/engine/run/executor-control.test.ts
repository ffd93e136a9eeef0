import { describe, expect, it } from "vitest";
import { scriptStep } from "../../test/compiled";
import { completed, engine } from "../../test/engine";
import { type StopReason, StoreUnavailable } from "./ports";

describe("what comes from outside", () => {
  it("pause: the step in flight ends, no other starts, resume goes on with the next", async () => {
    const test = engine([scriptStep("a", ""), scriptStep("b", "")], ({ step }) => {
      if (step.id === "a") test.store.status = "paused";
      return completed();
    });
    expect(await test.go()).toBe("paused");
    expect(test.store.journal).toEqual(["start a 1", "complete a"]);
    expect(test.store).toMatchObject({ status: "paused", claimed: false });
    test.store.status = "running";
    expect(await test.go()).toBe("completed");
    expect(test.store.journal.slice(2)).toEqual(["start b 1", "complete b", "completed"]);
  });

  it("pause in the last step: the run completes on resume", async () => {
    const test = engine([scriptStep("a", "")], () => {
      test.store.status = "paused";
      return completed();
    });
    expect(await test.go()).toBe("paused");
    test.store.status = "running";
    expect(await test.go()).toBe("completed");
    expect(test.runner).toHaveBeenCalledTimes(1);
  });

  it("cancel: the step is stopped and nothing is recorded over what cancel wrote", async () => {
    const test = engine([scriptStep("a", ""), scriptStep("b", "")], () => {
      test.store.status = "cancelled";
      test.control.stop.abort("cancelled" satisfies StopReason);
      return { status: "stopped" };
    });
    expect(await test.go()).toBe("cancelled");
    expect(test.store.journal).toEqual(["start a 1"]);
    expect(test.store.claimed).toBe(false);
    expect(test.lines).toContain("Cancelled");
  });

  it("cancel that comes as the step ends by itself is not overwritten either", async () => {
    const test = engine([scriptStep("a", "")], () => {
      test.store.status = "cancelled";
      return completed();
    });
    expect(await test.go()).toBe("cancelled");
    expect(test.store.journal).toEqual(["start a 1"]);
  });

  it("cancel and retry while the step is being ended: the run is queued once it is let go", async () => {
    const test = engine([scriptStep("a", "")], () => {
      test.store.status = "pending";
      test.control.stop.abort("cancelled" satisfies StopReason);
      return { status: "stopped" };
    });
    expect(await test.go()).toBe("cancelled");
    expect(test.store.queued).toEqual([0]);
  });

  it.each([
    ["and another has the run: no body begins", true, "lost", 0],
    ["and the run is its own still: the body begins", false, "completed", 1],
  ])("a process that was frozen ahead of a body, %s", async (_, isTaken, outcome, count) => {
    let bodies = 0;
    const test = engine([scriptStep("a", "")], async ({ confirm }) => {
      await confirm();
      bodies++;
      return completed();
    });
    const { secrets } = test.ports;
    test.ports.secrets = async (...given) => {
      await test.clock.advance(3_000);
      if (isTaken) test.store.takeOver();
      return secrets(...given);
    };
    expect(await test.go()).toBe(outcome);
    expect(bodies).toBe(count);
  });

  it("a lost claim in the middle: nothing more is written, the process's part is dropped", async () => {
    const test = engine([scriptStep("a", ""), scriptStep("b", "")], ({ step }) => {
      if (step.id === "b") test.store.takeOver();
      return completed();
    });
    expect(await test.go()).toBe("lost");
    expect(test.store.journal).toEqual(["start a 1", "complete a", "start b 1"]);
    expect(test.store.queued).toEqual([]);
  });

  it("a lost claim while a step runs: its log is left to the next claim", async () => {
    const test = engine([scriptStep("a", "")], () => {
      test.store.takeOver();
      test.control.stop.abort("lost" satisfies StopReason);
      return { status: "stopped" };
    });
    expect(await test.go()).toBe("lost");
    expect(test.lines).toEqual(["(left)"]);
  });

  it("drain: the step in flight ends, the run is queued for another worker", async () => {
    const test = engine([scriptStep("a", ""), scriptStep("b", "")], () => {
      test.control.draining = true;
      return completed();
    });
    expect(await test.go()).toBe("handed-over");
    expect(test.store.journal).toEqual(["start a 1", "complete a"]);
    expect(test.store).toMatchObject({ status: "running", claimed: false, queued: [0] });
  });

  it("drain past its time: the step stays running and is run again under its number", async () => {
    const attempts: [number, boolean][] = [];
    const test = engine([scriptStep("a", "")], ({ number, resumed }) => {
      attempts.push([number, resumed]);
      if (resumed) return completed();
      test.control.stop.abort("handover" satisfies StopReason);
      return { status: "stopped" };
    });
    expect(await test.go()).toBe("handed-over");
    expect(test.store.step("a").status).toBe("running");
    test.control.stop = new AbortController();
    expect(await test.go()).toBe("completed");
    expect(attempts).toEqual([
      [1, false],
      [1, true],
    ]);
    expect(test.control.cleared).toBe(1);
    expect(test.store.step("a").tries).toBe(1);
  });

  it("an interrupted step of a paused run ends, and no other starts", async () => {
    const test = engine([scriptStep("a", ""), scriptStep("b", "")]);
    test.store.status = "paused";
    Object.assign(test.store.step("a"), {
      status: "running",
      attempt: 1,
      tries: 1,
      running_attempt_id: "old",
    });
    expect(await test.go()).toBe("paused");
    expect(test.store.journal).toEqual(["complete a"]);
  });
});

describe("faults", () => {
  it("of the engine: the claim is given up without queueing, the queue tries again", async () => {
    const test = engine([scriptStep("a", "")], () => {
      throw new Error("a fault of ours");
    });
    await expect(test.go()).rejects.toThrow("a fault of ours");
    expect(test.store).toMatchObject({ status: "running", claimed: false, queued: [] });
    expect(test.store.step("a").status).toBe("running");
  });

  it.each([
    ["before the write", "away"],
    ["after the write", "awayAfterWrite"],
  ] as const)("the store away %s: each result is recorded once, no step runs again", async (_name, kind) => {
    const test = engine([scriptStep("a", ""), scriptStep("b", "")]);
    let records = 0;
    test.store.beforeRecord = () => {
      if (++records === 1) test.store[kind] = 1;
    };
    const done = test.go();
    await expect.poll(() => test.clock.sleeping).toBe(1);
    await test.clock.advance(5_000);
    expect(await done).toBe("completed");
    expect(test.store.journal).toEqual(["start a 1", "complete a", "start b 1", "complete b", "completed"]);
    expect(test.runner).toHaveBeenCalledTimes(2);
    expect(test.lines).toEqual([]);
  });

  it("the store away as a step's log is opened: the step runs, and ends once", async () => {
    const test = engine([scriptStep("a", "true"), scriptStep("b", "true")]);
    const { open } = test.ports.logs;
    const resumed: boolean[] = [];
    test.ports.logs.open = async (attempt, ...rest) => {
      resumed.push(attempt.resumed);
      if (resumed.length <= 2) throw new StoreUnavailable("away");
      return open(attempt, ...rest);
    };
    const done = test.go();
    for (const _ of ["once", "twice"]) {
      await expect.poll(() => test.clock.sleeping).toBe(1);
      await test.clock.advance(5_000);
    }
    expect(await done).toBe("completed");
    // What it may have left behind counts as that of an interrupted attempt.
    expect(resumed).toEqual([false, true, true, false]);
    expect(test.store.steps.map(({ status, attempt }) => [status, attempt])).toEqual([
      ["completed", 1],
      ["completed", 1],
    ]);
  });

  it("the store away at the end of the run, after the write", async () => {
    const test = engine([scriptStep("a", "")]);
    test.store.beforeRecord = (entries) => {
      if (entries.some(({ kind }) => kind === "finished")) test.store.awayAfterWrite = 1;
    };
    const done = test.go();
    await expect.poll(() => test.clock.sleeping).toBe(1);
    await test.clock.advance(5_000);
    expect(await done).toBe("lost");
    expect(test.store).toMatchObject({ status: "completed", claimed: false });
  });
});
