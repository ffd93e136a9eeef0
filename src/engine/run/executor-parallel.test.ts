import { describe, expect, it, vi } from "vitest";
import { approvalStep, scriptStep } from "../../test/compiled";
import { completed, engine, failed } from "../../test/engine";
import type { CompiledStep } from "../definition/types";
import { MAX_PARALLEL } from "./plan";
import type { AdvanceOutcome, StepResult, StopReason } from "./ports";

/** Bodies that end when the test says so. */
function gates() {
  const waiting = new Map<string, (result: StepResult) => void>();
  return {
    body: ({ step }: { step: { id: string } }) =>
      new Promise<StepResult>((resolve) => {
        waiting.set(step.id, resolve);
      }),
    running: () => [...waiting.keys()].sort(),
    end(id: string, result: StepResult = completed()) {
      waiting.get(id)?.(result);
      waiting.delete(id);
    },
  };
}

const alone = { needs: [] };

describe("steps side by side", () => {
  it("start together where nothing is needed, and what needs them waits for all", async () => {
    const gate = gates();
    const steps = [
      scriptStep("a", "", alone),
      scriptStep("b", "", alone),
      scriptStep("c", "", { needs: ["a", "b"] }),
      scriptStep("d", "", { needs: ["a"] }),
    ];
    const test = engine(steps, gate.body);
    const record = vi.spyOn(test.store, "record");
    const done = test.go();
    await expect.poll(() => gate.running()).toEqual(["a", "b"]);
    gate.end("a");
    await expect.poll(() => gate.running()).toEqual(["b", "d"]);
    gate.end("b");
    await expect.poll(() => gate.running()).toEqual(["c", "d"]);
    gate.end("c");
    gate.end("d");
    expect(await done).toBe("completed");
    expect(test.store.journal.slice(0, 4)).toEqual(["start a 1", "start b 1", "complete a", "start d 1"]);
    expect(record.mock.calls.length).toBeLessThanOrEqual(5);
  });

  it("are a bounded number at a time", async () => {
    const gate = gates();
    const steps = Array.from({ length: MAX_PARALLEL + 2 }, (_, n) => scriptStep(`s${n}`, "", alone));
    const test = engine(steps, gate.body);
    const done = test.go();
    await expect.poll(() => gate.running()).toHaveLength(MAX_PARALLEL);
    while (test.store.status === "running") {
      for (const id of gate.running()) gate.end(id);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await done).toBe("completed");
    expect(test.runner).toHaveBeenCalledTimes(MAX_PARALLEL + 2);
  });

  it("a failure skips what waits for it, and other branches go on to their end", async () => {
    const gate = gates();
    const steps = [
      scriptStep("a", "", alone),
      scriptStep("b", "", alone),
      scriptStep("after-a", "", { needs: ["a"] }),
      scriptStep("after-b", "", { needs: ["b"] }),
      scriptStep("both", "", { needs: ["a", "b"] }),
    ];
    const test = engine(steps, gate.body);
    const done = test.go();
    await expect.poll(() => gate.running()).toEqual(["a", "b"]);
    gate.end("a", failed("no"));
    await expect.poll(() => test.store.step("after-a").status).toBe("skipped");
    expect(test.store.status).toBe("running");
    gate.end("b");
    await expect.poll(() => gate.running()).toEqual(["after-b"]);
    gate.end("after-b");
    expect(await done).toBe("failed");
    expect(test.store.error_message).toBe('Step "a" failed: no');
    expect(test.store.step("both").status).toBe("skipped");
  });

  it("a retry's delay passes while another step runs", async () => {
    const gate = gates();
    const retry = { attempts: 2, delay_ms: 5_000, backoff: "constant" } as const;
    const test = engine([scriptStep("a", "", { ...alone, retry }), scriptStep("b", "", alone)], gate.body);
    const done = test.go();
    await expect.poll(() => gate.running()).toEqual(["a", "b"]);
    gate.end("a", failed("no"));
    await expect.poll(() => test.clock.sleeping).toBe(1);
    await test.clock.advance(5_000);
    await expect.poll(() => gate.running()).toEqual(["a", "b"]);
    gate.end("a");
    gate.end("b");
    expect(await done).toBe("completed");
    expect(test.store.step("a")).toMatchObject({ status: "completed", attempt: 2 });
  });

  it("all end before a paused run is let go, and no other starts", async () => {
    const gate = gates();
    const steps = [
      scriptStep("a", "", alone),
      scriptStep("b", "", alone),
      scriptStep("c", "", { needs: ["a"] }),
    ];
    const test = engine(steps, gate.body);
    const done = test.go();
    await expect.poll(() => gate.running()).toEqual(["a", "b"]);
    test.store.status = "paused";
    gate.end("a");
    await expect.poll(() => test.store.step("a").status).toBe("completed");
    expect(test.store.claimed).toBe(true);
    gate.end("b");
    expect(await done).toBe("paused");
    expect(test.store.step("c").status).toBe("pending");
  });

  it.each([
    ["cancelled", "cancelled"],
    ["handover", "handed-over"],
    ["lost", "lost"],
  ] as const)("all are ended where the run is %s", async (reason: StopReason, outcome) => {
    let started = 0;
    let stopped = 0;
    const test = engine([scriptStep("a", "", alone), scriptStep("b", "", alone)], ({ signal }) => {
      started++;
      return new Promise<StepResult>((resolve) => {
        signal.addEventListener("abort", () => {
          stopped++;
          resolve({ status: "stopped" });
        });
      });
    });
    const done = test.go();
    await expect.poll(() => started).toBe(2);
    if (reason === "cancelled") test.store.status = "cancelled";
    test.control.stop.abort(reason);
    expect(await done).toBe(outcome);
    expect(stopped).toBe(2);
    expect(test.store.journal).toEqual(["start a 1", "start b 1"]);
  });

  it("a fault of the engine in one ends the others, and gives the claim up", async () => {
    let stopped = 0;
    const test = engine([scriptStep("a", "", alone), scriptStep("b", "", alone)], ({ step, signal }) => {
      if (step.id === "b") throw new Error("a fault of ours");
      return new Promise<StepResult>((resolve) => {
        signal.addEventListener("abort", () => {
          stopped++;
          resolve({ status: "stopped" });
        });
      });
    });
    await expect(test.go()).rejects.toThrow("a fault of ours");
    expect(stopped).toBe(1);
    expect(test.store).toMatchObject({ status: "running", claimed: false });
  });

  it("all that were interrupted run again under their numbers", async () => {
    const test = engine([scriptStep("a", "", alone), scriptStep("b", "", alone)]);
    test.store.status = "running";
    for (const id of ["a", "b"]) {
      const interrupted = {
        status: "running",
        attempt: 1,
        tries: 1,
        running_attempt_id: `old-${id}`,
      } as const;
      Object.assign(test.store.step(id), interrupted);
    }
    expect(await test.go()).toBe("completed");
    expect(test.runner.mock.calls.map(([{ step, resumed }]) => [step.id, resumed])).toEqual([
      ["a", true],
      ["b", true],
    ]);
    expect(test.control.cleared).toBe(1);
  });

  it("the store away as one ends: the other goes on, and each result is recorded once", async () => {
    const gate = gates();
    const test = engine([scriptStep("a", "", alone), scriptStep("b", "", alone)], gate.body);
    const done = test.go();
    await expect.poll(() => gate.running()).toEqual(["a", "b"]);
    test.store.awayAfterWrite = 1;
    gate.end("a");
    await expect.poll(() => test.clock.sleeping).toBe(1);
    gate.end("b");
    await test.clock.advance(5_000);
    expect(await done).toBe("completed");
    expect(test.store.journal).toEqual(["start a 1", "start b 1", "complete a", "complete b", "completed"]);
    expect(test.runner).toHaveBeenCalledTimes(2);
  });

  interface Body {
    resolve(result: StepResult): void;
    reject(fault: Error): void;
  }

  /** As the end of `a` is on its way to the store, `land` is given the body of `b`, to land it too. */
  function landTogether(steps: CompiledStep[], land: (b: Body) => void, a = completed()) {
    let b: Body | null = null;
    const bodies: string[] = [];
    const test = { ...engine(steps, (context) => run(context)), bodies, onBegun: () => {} };
    const run: NonNullable<Parameters<typeof engine>[1]> = ({ step }) => {
      bodies.push(step.id);
      if (step.id === "a") return a;
      return new Promise<StepResult>((resolve, reject) => {
        b = { resolve, reject };
        test.onBegun();
      });
    };
    test.store.beforeRecord = async ([first]) => {
      if (!b || first?.kind !== "ended" || first.step_id !== "a") return;
      test.store.beforeRecord = () => {};
      land(b);
      await new Promise((resolve) => setImmediate(resolve));
    };
    return test;
  }

  const two = [scriptStep("a", "", alone), scriptStep("b", "", alone)];

  it("one that is broken off as another's end is recorded does not begin again", async () => {
    const test = landTogether(two, (b) => b.reject(new Error("a fault of ours")));
    await expect(test.go()).rejects.toThrow("a fault of ours");
    expect(test.bodies).toEqual(["a", "b"]);
  });

  it.each<[string, AdvanceOutcome, CompiledStep[], (test: ReturnType<typeof engine>) => void]>([
    ["beside an approval", "waiting", [approvalStep("ok", alone)], () => {}],
    ["at a pause", "paused", [], (test) => (test.store.status = "paused")],
    [
      "as the worker drains",
      "handed-over",
      [scriptStep("c", "", { needs: ["a"] })],
      (test) => (test.control.draining = true),
    ],
  ])("what ends as another's end is recorded counts %s", async (_, outcome, others, befall) => {
    const test = landTogether([...two, ...others], (b) => b.resolve(completed()));
    test.onBegun = () => befall(test);
    expect(await test.go()).toBe(outcome);
    expect(test.store.step("b").status).toBe("completed");
  });

  it("what ends as another's end is recorded counts ahead of a retry's delay", async () => {
    const retry = { attempts: 2, delay_ms: 5_000, backoff: "constant" } as const;
    const steps = [scriptStep("a", "", { ...alone, retry }), scriptStep("b", "", alone)];
    const test = landTogether(steps, (b) => b.resolve(completed()), failed("no"));
    expect(await test.go()).toBe("waiting");
    expect(test.store.step("b").status).toBe("completed");
  });
});
