import { describe, expect, it } from "vitest";
import { codeEngine, settle } from "../../test/code-engine";
import { completed, failed } from "../../test/engine";
import type { StepResult } from "../run/ports";

describe("a definition in TypeScript", () => {
  it("runs its steps as the code asks for them, each recorded once", async () => {
    const test = codeEngine(
      async ({ args, step, phase, comment }) => {
        await phase("work");
        const one = await step.script<{ n: number }>("one", {
          run: "true",
          env: { ISSUE: String(args.issue) },
        });
        const two = await step.function("two", () => one.output.n + 1);
        await comment(`two gave ${two.output}`);
        return two.output;
      },
      () => completed({ n: 1 }),
    );
    // No time passes: nothing here waits for a clock.
    expect(await test.go()).toBe("completed");
    expect(test.store.journal).toEqual([
      "start one 1",
      "complete one",
      "keep two",
      "start two 1",
      "complete two",
      "completed",
    ]);
    expect(test.store.step("two").output).toBe(2);
    expect([...test.comments.values()]).toEqual(["two gave 2"]);
    expect(test.runner.mock.calls[0]?.[0].step).toMatchObject({ phase: "work", env: { ISSUE: "7" } });
    expect(test.host.passes).toBe(1);
  });

  it("is started while its claim is recorded, and ended again where that comes to nothing", async () => {
    const test = codeEngine(async ({ step }) => (await step.function("only", () => 1)).output);
    const { claim } = test.store;
    test.store.claim = async (...given) => {
      await claim.apply(test.store, given);
      expect(test.host).toMatchObject({ passes: 1, open: 1 });
      test.store.claimed = false;
      throw new Error("the answer was lost");
    };
    await expect(test.go()).rejects.toThrow("the answer was lost");
    expect(test.host).toMatchObject({ passes: 1, open: 0 });
    test.store.claim = claim;
    expect(await test.go()).toBe("completed");
    expect(test.host).toMatchObject({ passes: 2, open: 0 });
  });

  it("loops and branches on what steps give, and fails where the code throws", async () => {
    let green = 3;
    const test = codeEngine(
      async ({ step }) => {
        for (let round = 1; round <= 10; round++) {
          const outcome = await step.script(`test-${round}`, { run: "npm test", continueOnError: true });
          if (outcome.status === "completed") return round;
        }
        throw new Error("still red");
      },
      () => (--green > 0 ? failed("red") : completed()),
    );
    expect(await test.go()).toBe("completed");
    expect(test.store.steps.map((step) => [step.step_id, step.status])).toEqual([
      ["test-1", "failed"],
      ["test-2", "failed"],
      ["test-3", "completed"],
    ]);
  });

  it("throws StepFailed where a step fails, which fails the run by its name", async () => {
    const test = codeEngine(
      async ({ step }) => {
        await step.script("build", { run: "false" });
      },
      () => failed("Exited with code 1"),
    );
    expect(await settle(test, test.go())).toBe("failed");
    expect(test.store.error_message).toBe('Step "build" failed: Exited with code 1');
  });

  it.each([
    ["the same id twice", async ({ step }: never) => twice(step), /the step id "a" is used twice/],
    [
      "a phase that there is not",
      async ({ phase }: never) => (phase as (name: string) => void)("none"),
      /there is no phase "none"/,
    ],
    ["a string that is thrown", () => Promise.reject("stop"), /threw "stop", which is no Error/],
    [
      "options that are wrong",
      async ({ step }: never) => wrong(step),
      /step "a": timeout: expected a duration/,
    ],
    [
      "an option of another kind of step",
      async ({ step }: never) => (step as Step).script("a", { run: "true", prompt: "Go on?" }),
      /step "a": prompt: no option of step.script; of step.agent, approve/,
    ],
    [
      "an option that there is not",
      async ({ step }: never) => (step as Step).script("a", { run: "true", workingFolder: "x" }),
      /step "a": workingFolder: unknown key; .*workingDirectory/,
    ],
  ])("says what is wrong: %s", async (_, run, reason) => {
    const test = codeEngine(run as never);
    expect(await settle(test, test.go())).toBe("failed");
    expect(test.store.error_message).toMatch(reason);
  });

  it("runs steps side by side where the code does not wait for each", async () => {
    const ends = new Map<string, (result: StepResult) => void>();
    const test = codeEngine(
      async ({ step }) => {
        await Promise.all(["a", "b"].map((id) => step.script(id, { run: "true" })));
      },
      ({ step }) =>
        new Promise((resolve) => {
          ends.set(step.id, resolve);
        }),
    );
    const done = test.go();
    await expect.poll(() => [...ends.keys()]).toEqual(["a", "b"]);
    for (const end of ends.values()) end(completed());
    expect(await settle(test, done)).toBe("completed");
  });

  it("waits for people and for time without a process, and goes on where it was", async () => {
    const bodies: string[] = [];
    const test = codeEngine(async ({ step, approve, sleep, comment }) => {
      await step.function("before", () => bodies.push("before"));
      await comment("asked");
      const { output } = await approve<{ who: string }>("ok", { prompt: "Go on?" });
      await sleep("3d");
      await step.function("after", () => bodies.push(`after ${output.who}`));
    });
    expect(await settle(test, test.go())).toBe("waiting");
    expect(test.store.step("ok")).toMatchObject({ status: "running", waiting_for: "approval" });
    expect(test.store.claimed).toBe(false);

    const ended = {
      status: "completed",
      waiting_for: null,
      wake_at: null,
      running_attempt_id: null,
    } as const;
    Object.assign(test.store.step("ok"), { ...ended, output: { who: "Ada" } });
    expect(await settle(test, test.go())).toBe("waiting");
    expect(test.store.step("sleep-1")).toMatchObject({ waiting_for: "sleep" });
    expect(test.store.queued.at(-1)).toBeGreaterThan(2 * 24 * 3_600_000);
    await test.clock.advance(3 * 24 * 3_600_000);
    expect(await settle(test, test.go())).toBe("completed");
    expect(bodies).toEqual(["before", "after Ada"]);
    expect(test.comments.size).toBe(1);
    expect(test.host.passes).toBe(3);
  });

  it("learns what people said with their decision", async () => {
    const seen: unknown[] = [];
    const test = codeEngine(async ({ approve }) => {
      for (const id of ["first", "second"]) {
        const { decision, comments } = await approve(id, { prompt: "Good?", requestChanges: true });
        seen.push([decision, comments]);
      }
      await approve("third", { prompt: "Good?", rework: "first" } as never).catch((error) =>
        seen.push(`${error}`),
      );
    });
    const said = { path: "a.txt", side: "new", line: 1, start_line: null, text: "No" };
    const ended = {
      status: "completed",
      waiting_for: null,
      wake_at: null,
      running_attempt_id: null,
    } as const;
    expect(await settle(test, test.go())).toBe("waiting");
    const output = { request_changes: { by: "Ada", text: null, comments: [said] } };
    Object.assign(test.store.step("first"), { ...ended, output });
    expect(await settle(test, test.go())).toBe("waiting");
    Object.assign(test.store.step("second"), { ...ended, output: { approved_by: ["Ada"] } });
    expect(await settle(test, test.go())).toBe("completed");
    expect(seen.slice(-3)).toEqual([
      ["request_changes", [said]],
      ["approve", []],
      expect.stringContaining("rework: only in YAML"),
    ]);
  });

  it("pauses after the step in flight, and goes on from what is recorded", async () => {
    const test = codeEngine(
      async ({ step }) => {
        await step.script("a", { run: "true" });
        await step.script("b", { run: "true" });
      },
      ({ step }) => {
        if (step.id === "a") test.store.status = "paused";
        return completed();
      },
    );
    expect(await settle(test, test.go())).toBe("paused");
    expect(test.store.steps.map((step) => step.step_id)).toEqual(["a"]);
    test.store.status = "running";
    expect(await settle(test, test.go())).toBe("completed");
    expect(test.runner).toHaveBeenCalledTimes(2);
  });

  it("whose process ends by itself fails: the function that ran in it, or else the run", async () => {
    let tries = 0;
    const test = codeEngine(async ({ step }) => {
      const outcome = await step.function(
        "leak",
        () => {
          if (++tries === 1) {
            test.host.exit("took too much memory");
            return new Promise(() => {});
          }
          return tries;
        },
        { retry: { attempts: 2, delay: "0s" } },
      );
      if (outcome.output === 2) test.host.exit("ended its process (exit code 0)");
      await new Promise(() => {});
    });
    expect(await settle(test, test.go())).toBe("failed");
    expect(test.store.step("leak")).toMatchObject({ status: "completed", attempt: 2 });
    expect(test.store.journal.slice(0, 3)).toEqual(["keep leak", "start leak 1", "fail leak"]);
    expect(test.store.error_message).toBe("The definition's code ended its process (exit code 0)");
    expect(test.host.passes).toBe(2);
  });

  it("completes once all that was started has ended, also what nobody waits for", async () => {
    const test = codeEngine(async ({ step, approve, comment }) => {
      ["a", "b"].forEach(async (id) => {
        await Promise.resolve();
        await step.script(id, { run: "true" });
        await step.function(`${id}-after`, () => id);
      });
      void comment("started");
      void approve("ok", { prompt: "Release?" });
      return "released";
    });
    expect(await settle(test, test.go())).toBe("waiting");
    const ended = { status: "completed", waiting_for: null, wake_at: null, running_attempt_id: null };
    Object.assign(test.store.step("ok"), ended);
    expect(await settle(test, test.go())).toBe("completed");
    expect(test.store.output).toBe("released");
    expect(test.comments.size).toBe(1);
    expect(test.store.steps.map((step) => [step.step_id, step.status]).sort()).toEqual(
      ["a", "a-after", "b", "b-after", "ok"].map((id) => [id, "completed"]),
    );
  });

  it("that awaits what never comes fails after a while", async () => {
    const test = codeEngine(() => new Promise(() => {}));
    expect(await settle({ clock: { advance: (ms) => test.clock.advance(ms * 100) } }, test.go())).toBe(
      "failed",
    );
    expect(test.store.error_message).toMatch(/done nothing for 10 min/);
  });

  it("is ended with a cancel", async () => {
    const test = codeEngine(
      async ({ step }) => {
        await step.script("a", { run: "true" });
      },
      () => {
        test.store.status = "cancelled";
        test.control.stop.abort("cancelled");
        return { status: "stopped" };
      },
    );
    expect(await settle(test, test.go())).toBe("cancelled");
  });

  it("skips what an earlier attempt of the run came to and this one does not", async () => {
    const test = codeEngine(async ({ step }) => {
      await step.script("new", { run: "true" });
    });
    test.store.status = "running";
    const old = { row_id: "old", step_id: "old", status: "pending", attempt: 1, output: null } as const;
    test.store.steps = [
      {
        ...old,
        error_message: null,
        tries: 0,
        ended_at: null,
        running_attempt_id: null,
        waiting_for: null,
        wake_at: null,
      },
    ];
    expect(await settle(test, test.go())).toBe("completed");
    expect(test.store.steps.map((step) => [step.step_id, step.status])).toEqual([
      ["old", "skipped"],
      ["new", "completed"],
    ]);
  });
});

type Step = { script(id: string, options: object): Promise<unknown> };

async function twice(step: Step): Promise<void> {
  await step.script("a", { run: "true" });
  await step.script("a", { run: "true" });
}

async function wrong(step: Step): Promise<void> {
  await step.script("a", { run: "true", timeout: "soon" });
}
