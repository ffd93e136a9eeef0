import { describe, expect, it, vi } from "vitest";
import type { KeptFile } from "../../model/entry";
import { scriptStep } from "../../test/compiled";
import { completed, engine, failed } from "../../test/engine";
import type { CompiledStep } from "../definition/types";

describe("advance", () => {
  it("runs the steps in order and completes the run, a transaction a step", async () => {
    const test = engine([scriptStep("a", ""), scriptStep("b", "")], ({ step }) => completed(step.id));
    const record = vi.spyOn(test.store, "record");
    expect(await test.go()).toBe("completed");
    expect(test.store.journal).toEqual(["start a 1", "complete a", "start b 1", "complete b", "completed"]);
    expect(record).toHaveBeenCalledTimes(2);
    expect(test.control).toMatchObject({ closed: 1, cleared: 0, described: 1 });
  });

  it("records what the run starts with in its claim, unless the process is about to stop", async () => {
    const test = engine([scriptStep("a", "")]);
    const claim = vi.spyOn(test.store, "claim");
    test.control.draining = true;
    expect(await test.go()).toBe("handed-over");
    expect(test.store.journal).toEqual([]);
    test.control.draining = false;
    expect(await test.go()).toBe("completed");
    const [refused, begun] = await Promise.all(claim.mock.results.map(({ value }) => value));
    expect(refused.entries).toEqual([]);
    expect(begun.entries).toMatchObject([{ kind: "started", step_id: "a" }]);
  });

  it("leaves a run alone that is claimed, ended or paused", async () => {
    const test = engine([scriptStep("a", "")]);
    test.store.claimed = true;
    expect(await test.go()).toBe("busy");
    test.store.claimed = false;
    for (const status of ["paused", "completed", "failed", "cancelled"] as const) {
      test.store.status = status;
      expect(await test.go()).toBe("idle");
    }
    expect(test.runner).not.toHaveBeenCalled();
  });

  it("ends the run at a failed step and skips what is left", async () => {
    const test = engine([scriptStep("a", "", { name: "Build it" }), scriptStep("b", "")], () =>
      failed("Exited with code 2"),
    );
    expect(await test.go()).toBe("failed");
    expect(test.store.error_message).toBe('Step "Build it" failed: Exited with code 2');
    expect(test.store.journal).toEqual(["start a 1", "fail a", "skip b", "failed"]);
    expect(test.lines).toContain("Exited with code 2");
  });

  it("goes on after a failed step that may fail", async () => {
    const steps = [
      scriptStep("a", "", { continue_on_error: true }),
      scriptStep("b", "", { if: "steps.a.status == 'failed'" }),
    ];
    const test = engine(steps, ({ step }) => (step.id === "a" ? failed("no") : completed()));
    expect(await test.go()).toBe("completed");
    expect(test.store.journal).toEqual(["start a 1", "fail a", "start b 1", "complete b", "completed"]);
  });

  it("passes over steps whose condition is false, and reads earlier outputs", async () => {
    const steps = [
      scriptStep("a", ""),
      scriptStep("b", "", { if: "${{ args.channel == 'stable' }}" }),
      scriptStep("c", "", { if: "steps.a.output.n == 1 && steps.b.status == 'skipped'" }),
    ];
    const test = engine(steps, () => completed({ n: 1 }), { channel: "beta" });
    expect(await test.go()).toBe("completed");
    expect(test.store.journal).toEqual([
      "start a 1",
      "complete a",
      "skip b",
      "start c 1",
      "complete c",
      "completed",
    ]);
  });

  it("fills expressions in, never into run", async () => {
    const seen: CompiledStep[] = [];
    const given = { env: { WHO: "${{ args.who }}" }, working_directory: "packages/${{ args.who }}" };
    const test = engine(
      [scriptStep("a", "echo ${{ args.who }}", given)],
      ({ step }) => {
        seen.push(step);
        return completed();
      },
      { who: "$(id)" },
    );
    await test.go();
    expect(seen[0]).toMatchObject({
      run: "echo ${{ args.who }}",
      env: { WHO: "$(id)" },
      working_directory: "packages/$(id)",
    });
  });

  it.each([
    ["if", { if: "steps.a.output.missing.deep == 1" }, /^if: /],
    ["env", { env: { X: "${{ args.none.deep }}" } }, /^env.X: /],
  ])("fails the step whose %s cannot be told, without running it", async (_name, given, message) => {
    const test = engine([scriptStep("a", ""), scriptStep("b", "", given)]);
    expect(await test.go()).toBe("failed");
    expect(test.store.step("b")).toMatchObject({
      status: "failed",
      error_message: expect.stringMatching(message),
    });
    expect(test.runner).toHaveBeenCalledTimes(1);
  });

  it("fails a step of a kind that nothing runs, with a reason", async () => {
    const test = engine([scriptStep("a", "")]);
    test.ports.runners = {};
    expect(await test.go()).toBe("failed");
    expect(test.store.error_message).toContain("Nothing here runs steps of type script");
  });
});

describe("retry", () => {
  const retry = { attempts: 3, delay_ms: 5_000, backoff: "exponential" } as const;

  it("waits without a worker, longer each time, and gives up after the last attempt", async () => {
    const test = engine([scriptStep("a", "", { retry })], () => failed("no"));
    expect(await test.go()).toBe("waiting");
    // It rests: its room in the project is another's meanwhile.
    expect(test.store).toMatchObject({ status: "running", claimed: false, rests: true, queued: [5_000] });
    expect(test.store.step("a")).toMatchObject({ status: "pending", attempt: 1 });

    await test.clock.advance(2_000);
    expect(await test.go()).toBe("waiting"); // woken early, as by a resume
    expect(test.store.queued).toEqual([5_000, 3_000]);
    await test.clock.advance(3_000);
    expect(await test.go()).toBe("waiting");
    expect(test.store.queued).toEqual([5_000, 3_000, 10_000]);
    await test.clock.advance(10_000);
    expect(await test.go()).toBe("failed");
    expect(test.store.step("a")).toMatchObject({ status: "failed", attempt: 3 });
    expect(test.runner).toHaveBeenCalledTimes(3);
  });

  it("goes on at once without a delay, once an attempt succeeds", async () => {
    const steps = [scriptStep("a", "", { retry: { ...retry, delay_ms: 0 } }), scriptStep("b", "")];
    const test = engine(steps, ({ step, number }) =>
      step.id === "a" && number === 1 ? failed("no") : completed(),
    );
    expect(await test.go()).toBe("completed");
    expect(test.store.journal.filter((line) => line.startsWith("start"))).toEqual([
      "start a 1",
      "start a 2",
      "start b 1",
    ]);
  });
});

describe("secrets", () => {
  it("reach only the steps that name them, and nothing that is kept", async () => {
    const steps = [
      scriptStep("a", "", { secrets: ["TOKEN"], env: { URL: "x?t=hunter%202" } }),
      scriptStep("b", ""),
    ];
    const test = engine(steps, ({ step }) =>
      step.id === "a" ? completed({ said: ["hunter 2!"] }) : failed("no hunter 2"),
    );
    test.control.secrets = new Map([
      ["TOKEN", "hunter 2"],
      ["OTHER", "something else"],
    ]);
    expect(await test.go()).toBe("failed");
    expect(test.runner.mock.calls.map(([context]) => context.secrets)).toEqual([{ TOKEN: "hunter 2" }, {}]);
    expect(test.store.step("a").output).toEqual({ said: ["***!"] });
    expect(test.store.step("b").error_message).toBe("no ***");
    expect(test.store.error_message).toBe('Step "b" failed: no ***');
    expect(JSON.stringify([test.inputs, test.lines])).not.toContain("hunter");
    expect(test.inputs[0]).toMatchObject({ secrets: ["TOKEN"], env: { URL: "x?t=***" } });
  });

  it.each([
    [new Map(), "The project has no secret TOKEN"],
    [new Map([["TOKEN", null]]), "The secret TOKEN cannot be read"],
  ])("fail the step where they cannot be given", async (secrets, message) => {
    const test = engine([scriptStep("a", "", { secrets: ["TOKEN"] })]);
    test.control.secrets = secrets;
    expect(await test.go()).toBe("failed");
    expect(test.store.step("a").error_message).toContain(message);
    expect(test.runner).not.toHaveBeenCalled();
  });
});

describe("artifacts", () => {
  const file = (name: string): KeptFile => ({
    id: name,
    note_id: name,
    name,
    key: name,
    file_type: "other",
    mime_type: "application/octet-stream",
    size_bytes: 1,
    sha256: "",
  });

  it.each(["completed", "failed"] as const)(
    "of a step that %s are recorded with its result",
    async (status) => {
      const test = engine([scriptStep("a", "")], () => (status === "failed" ? failed("no") : completed()));
      test.control.artifacts = [file("one"), file("two")];
      expect(await test.go()).toBe(status);
      expect(test.store.artifacts).toEqual(["one", "two"]);
    },
  );

  it("of a cancelled step are recorded as the run is let go", async () => {
    const test = engine([scriptStep("a", "")], () => {
      test.store.status = "cancelled";
      test.control.stop.abort("cancelled");
      return { status: "stopped" };
    });
    test.control.artifacts = [file("one")];
    expect(await test.go()).toBe("cancelled");
    expect(test.store.artifacts).toEqual(["one"]);
  });

  it.each(["lost", "handover"] as const)(
    "of a step that ends as %s are left to its next try",
    async (reason) => {
      const test = engine([scriptStep("a", "")], () => {
        test.control.stop.abort(reason);
        return { status: "stopped" };
      });
      test.control.artifacts = [file("one")];
      await test.go();
      expect(test.store.artifacts).toEqual([]);
    },
  );
});
