import { describe, expect, it, vi } from "vitest";
import { deferred } from "../../lib/deferred";
import { Modes } from "../../lib/modes";
import type { StartedEntry } from "../../model/entry";
import { codeEngine, settle } from "../../test/code-engine";
import { scriptStep } from "../../test/compiled";
import { completed, engine, failed } from "../../test/engine";
import { RECORDER_MODES, Recorder } from "./recorder";

/** A code engine whose steps leave small logs, as most do. */
function quick(...given: Parameters<typeof codeEngine>) {
  const test = codeEngine(...given);
  test.control.log = [];
  return test;
}

/** A run that has kept its first step, and is in its second until `end` is called. */
async function inSecondStep() {
  const second = { end: () => {} };
  const test = quick(async ({ step }) => {
    await step.function("short", () => 1);
    await step.function("long", () => new Promise<void>((resolve) => (second.end = resolve)));
  });
  const done = test.go();
  await expect.poll(() => test.store.journal).toContain("keep short, long");
  return { ...test, done, end: () => second.end() };
}

/** A step's status some time on. */
async function statusLater(
  { clock, store }: Pick<ReturnType<typeof quick>, "clock" | "store">,
  step_id: string,
): Promise<string> {
  await clock.advance(2_000);
  return store.step(step_id).status;
}

describe("short steps that follow one another", () => {
  const ids = ["a", "b", "c", "d"];

  it("are kept, and recorded together with the end", async () => {
    const test = quick(async ({ step }) => {
      for (const id of ids) await step.function(id, () => `gave ${id}`);
    });
    const record = vi.spyOn(test.store, "record");
    expect(await test.go()).toBe("completed");
    expect(test.store.journal.slice(0, 4)).toEqual(["keep a", "keep a, b", "keep b, c", "keep c, d"]);
    expect(record).toHaveBeenCalledTimes(1);
    expect(test.store.steps).toMatchObject(ids.map((id) => ({ status: "completed", output: `gave ${id}` })));
    expect(test.store.kept).toEqual([]);
  });

  it("do so in YAML too, where each result is kept before the next begins", async () => {
    const kept: number[] = [];
    const steps = ids.map((id, at) => scriptStep(id, "true", { needs: ids.slice(Math.max(0, at - 1), at) }));
    const test = engine(steps, () => {
      kept.push(test.store.kept.length);
      return completed();
    });
    test.control.log = [];
    expect(await test.go()).toBe("completed");
    expect(kept).toEqual([0, 1, 2, 3]);
    expect(test.store.steps.every((step) => step.status === "completed")).toBe(true);
  });

  it("one that takes longer is recorded as running while it runs", async () => {
    const test = await inSecondStep();
    expect(test.store.steps).toEqual([]);
    await test.clock.advance(150);
    await expect.poll(() => test.store.step("long").status).toBe("running");
    expect(test.store.step("short").status).toBe("completed");
    test.end();
    expect(await settle(test, test.done)).toBe("completed");
    expect(test.store.step("long").attempt).toBe(1);
  });

  it("the next begins once the end of the one before is kept", async () => {
    const bodies: string[] = [];
    const test = quick(async ({ step }) => {
      for (const id of ["a", "b"]) await step.function(id, () => void bodies.push(id));
    });
    const { promise: written, resolve: write } = deferred();
    const { keep } = test.store;
    vi.spyOn(test.store, "keep").mockImplementation(async (...given) => {
      if (given[3].some(({ kind }) => kind === "ended")) await written;
      return keep.apply(test.store, given);
    });
    const done = test.go();
    await expect.poll(() => bodies).toEqual(["a"]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(bodies).toEqual(["a"]);
    write();
    expect(await settle(test, done)).toBe("completed");
    expect(bodies).toEqual(["a", "b"]);
  });

  it("one that fails is recorded at once, behind those before it", async () => {
    const test = engine([scriptStep("a", "true"), scriptStep("b", "false", { needs: ["a"] })], ({ step }) =>
      step.id === "a" ? completed(1) : failed("no"),
    );
    test.control.log = [];
    expect(await test.go()).toBe("failed");
    expect(test.store.journal).toEqual([
      "start a 1",
      "keep a, b",
      "complete a",
      "start b 1",
      "fail b",
      "failed",
    ]);
  });

  it("do not begin once the run was paused: what has ended is recorded, and nothing twice", async () => {
    const bodies: string[] = [];
    const test = quick(async ({ step }) => {
      for (const id of ids) {
        await step.function(id, () => {
          bodies.push(id);
          if (bodies.length === 2) test.store.status = "paused";
          return id;
        });
      }
    });
    expect(await settle(test, test.go())).toBe("paused");
    expect(bodies).toEqual(["a", "b"]);
    expect(test.store.steps).toMatchObject([{ output: "a" }, { output: "b" }]);
    test.store.status = "running";
    expect(await settle(test, test.go())).toBe("completed");
    expect(bodies).toEqual(ids);
  });

  it("are not run again by the next claim, where whoever kept them is gone", async () => {
    const bodies: string[] = [];
    const test = quick(async ({ step }) => {
      for (const id of ids) {
        await step.function(id, () => {
          bodies.push(id);
          return bodies.length === 3 && id === "c" ? new Promise(() => {}) : id;
        });
      }
    });
    const first = test.go();
    await expect.poll(() => bodies).toEqual(["a", "b", "c"]);
    // Its process is killed: nothing is recorded, and somebody else may claim the run.
    test.store.claimed = false;
    expect(await settle(test, test.go())).toBe("completed");
    expect(bodies).toEqual(["a", "b", "c", "c", "d"]);
    expect(test.store.steps).toMatchObject(
      ids.map((id) => ({ status: "completed", output: id, attempt: 1 })),
    );
    test.control.stop.abort("lost");
    await first;
  });

  it.each([
    ["before they are kept", "away"],
    ["after it", "awayAfterWrite"],
  ] as const)("go on where the store was away %s", async (_, fault) => {
    const bodies: string[] = [];
    const test = quick(async ({ step }) => {
      for (const id of ids) {
        await step.function(id, () => {
          bodies.push(id);
          if (id === "b") test.store[fault] = 1;
          return id;
        });
      }
    });
    expect(await settle(test, test.go())).toBe("completed");
    expect(bodies).toEqual(ids);
    expect(test.store.steps).toMatchObject(
      ids.map((id) => ({ status: "completed", output: id, attempt: 1 })),
    );
  });

  it("go on where the store is away as they are recorded beside a step", async () => {
    const test = await inSecondStep();
    test.store.away = 1;
    await test.clock.advance(150);
    await expect.poll(() => statusLater(test, "long")).toBe("running");
    test.end();
    expect(await settle(test, test.done)).toBe("completed");
    expect(test.store.steps).toMatchObject([{ attempt: 1 }, { attempt: 1 }]);
  });

  it("are asked for where recording the first ones failed as more were kept, ahead of the next record", async () => {
    const ends = new Map<string, () => void>();
    const bodies: string[] = [];
    const test = quick(async ({ step }) => {
      for (const id of ids) {
        await step.function(id, () => {
          bodies.push(id);
          return id === "a" ? null : new Promise<void>((resolve) => ends.set(id, resolve));
        });
      }
    });
    let fail = () => {};
    const failing = new Promise<void>((resolve) => {
      fail = resolve;
    });
    test.store.beforeRecord = () => failing;
    const record = vi.spyOn(test.store, "record");
    const load = vi.spyOn(test.store, "load").mockImplementationOnce((...given) => {
      expect(record).toHaveBeenCalledTimes(1);
      return test.store.load(...given);
    });
    const done = test.go();
    await expect.poll(() => bodies).toEqual(["a", "b"]);
    await test.clock.advance(150);
    // Kept while the first ones are on their way, and due by the time that these have failed.
    ends.get("b")?.();
    await expect.poll(() => bodies).toEqual(["a", "b", "c"]);
    await test.clock.advance(150);
    const { keep } = test.store;
    test.store.keep = async (...given) => {
      test.store.keep = keep;
      test.store.away = 1;
      test.store.beforeRecord = () => {};
      fail();
      await new Promise((resolve) => setImmediate(resolve));
      return keep.apply(test.store, given);
    };
    ends.get("c")?.();
    await expect.poll(() => statusLater(test, "d")).toBe("running");
    ends.get("d")?.();
    expect(await settle(test, done)).toBe("completed");
    expect(load).toHaveBeenCalled();
    expect(bodies).toEqual(ids);
  });

  it("leave no attempt behind that was cancelled before it was recorded", async () => {
    let isWaiting = false;
    const test = quick(async ({ step }) => {
      await step.function("a", () => 1);
      await step.function("b", () => {
        isWaiting = true;
        return new Promise(() => {});
      });
    });
    const done = test.go();
    await expect.poll(() => isWaiting).toBe(true);
    // As whoever cancels does.
    test.store.projectKept();
    test.store.status = "cancelled";
    test.control.stop.abort("cancelled");
    expect(await settle(test, done)).toBe("cancelled");
    expect(test.store.step("a")).toMatchObject({ status: "completed", output: 1 });
    expect(test.store.kept).toEqual([]);
  });
});

it("a start that was kept counts as recorded once the rows are loaded again, and no sooner", async () => {
  const { store, clock } = engine([]);
  const state = { status: "running", steps: [] } as never;
  const start = { kind: "started", step_kind: "function", wait: null, attempt_id: "a" } as StartedEntry;
  const loaded = deferred();
  const load = vi.fn(() => loaded.promise.then(() => state));
  const recorder = new Recorder(
    {} as never,
    { store: Object.assign(Object.create(store), { keep: async () => true, load }), clock },
    new AbortController().signal,
    () => {},
  );
  await recorder.write([start], state);
  let isRecorded = false;
  void recorder.recordedOf("a")?.then(() => {
    isRecorded = true;
  });
  const reloaded = recorder.reload();
  await expect.poll(() => clock.advance(500).then(() => load.mock.calls.length)).toBe(1);
  expect(isRecorded).toBe(false);
  loaded.resolve();
  await reloaded;
  await expect.poll(() => isRecorded).toBe(true);
});

it("a record beside the steps begins where none is under way and no fault is left", () => {
  const mode = new Modes("the recorder", RECORDER_MODES, "recording");
  mode.change("faulted");
  expect(() => mode.change("recording")).toThrow(/cannot go from "faulted" to "recording"/);
  mode.change("idle");
  expect(() => mode.change("faulted")).toThrow(/cannot go from "idle" to "faulted"/);
});
