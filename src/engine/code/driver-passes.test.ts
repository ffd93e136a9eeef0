import { describe, expect, it } from "vitest";
import { codeEngine, settle } from "../../test/code-engine";
import { CODE_LOG_BYTES } from "./protocol";

const decided = { status: "completed", waiting_for: null, wake_at: null, running_attempt_id: null } as const;
type Test = ReturnType<typeof codeEngine>;

const decide = (test: Test, id: string) =>
  Object.assign(test.store.step(id), { ...decided, ended_at: test.clock.now() });

/** What is kept of what the code printed. */
const printed = ({ codeLog }: Test) =>
  codeLog.text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line).text.trimEnd());

describe("the passes of a definition in TypeScript", () => {
  it("keep what the code prints once, however often it is started", async () => {
    const test = codeEngine(async ({ step, approve, print }) => {
      print("before");
      const { output } = await step.function("one", () => 1);
      print(`one gave ${output}`);
      const asked = approve("ok", { prompt: "Go on?" });
      print("asked");
      await asked;
      print("decided");
      await approve("sure", { prompt: "Sure?" });
      print("done");
    });
    expect(await settle(test, test.go())).toBe("waiting");
    expect(printed(test)).toEqual(["before", "one gave 1", "asked"]);
    decide(test, "ok");
    expect(await settle(test, test.go())).toBe("waiting");
    expect(printed(test)).toEqual(["before", "one gave 1", "asked", "decided"]);
    decide(test, "sure");
    expect(await settle(test, test.go())).toBe("completed");
    expect(printed(test)).toEqual(["before", "one gave 1", "asked", "decided", "done"]);
    expect(test.host.passes).toBe(3);
  });

  it("keep no line twice where the code prints more of them the next time", async () => {
    let passes = 0;
    const test = codeEngine(async ({ approve, print }) => {
      passes++;
      for (let pass = 1; pass <= passes; pass++) print(`pass ${pass} of ${passes}`);
      const asked = approve("ok", { prompt: "Go on?" });
      print("asked");
      await asked;
      print("decided");
    });
    expect(await settle(test, test.go())).toBe("waiting");
    decide(test, "ok");
    expect(await settle(test, test.go())).toBe("completed");
    expect(printed(test)).toEqual(["pass 1 of 1", "asked", "decided"]);
  });

  it("keep nothing of a pass that went on with what was not recorded", async () => {
    const test = codeEngine(async ({ step, print }) => {
      const secret = await step.function("leak", () => "k9x7-aaaa-bbbb");
      print(`has ${secret.output}`);
      await step.script("next", { run: "true" });
    });
    test.control.secrets.set("KEY", "k9x7-aaaa-bbbb");
    expect(await settle(test, test.go())).toBe("completed");
    expect(test.host.passes).toBe(2);
    expect(printed(test)).toEqual(["has ***"]);
  });

  it("hide the run's secrets, also one that is printed in parts", async () => {
    const test = codeEngine(({ print }) => {
      for (const part of ["key k9x7-", "aaaa-bbbb!"]) print(part.trimEnd());
      print("k9x7-aaaa-bbbb");
    });
    test.control.secrets.set("KEY", "k9x7-aaaa-bbbb");
    expect(await settle(test, test.go())).toBe("completed");
    expect(test.codeLog.text).not.toContain("k9x7-aaaa-bbbb");
    expect(printed(test).at(-1)).toBe("***");
  });

  it("keep so much of what the code prints and say so, and the run goes on", async () => {
    const line = "x".repeat(1_000);
    const test = codeEngine(async ({ step, print }) => {
      for (let count = 0; count < 1_200; count++) print(line);
      return (await step.function("only", () => 7)).output;
    });
    expect(await settle(test, test.go())).toBe("completed");
    expect(test.store.output).toBe(7);
    expect(test.codeLog.text.length).toBeGreaterThan(CODE_LOG_BYTES - 2_000);
    expect(test.codeLog.text.length).toBeLessThan(CODE_LOG_BYTES + 2_000);
    expect(printed(test).at(-1)).toMatch(/has printed 1 MiB, which is its limit/);
  });

  it("fail the run where a recorded step is not asked for again", async () => {
    let passes = 0;
    const test = codeEngine(async ({ step, approve }) => {
      if (++passes === 1) await step.function("only-once", () => 1);
      await approve("ok", { prompt: "Go on?" });
      return "done";
    });
    expect(await settle(test, test.go())).toBe("waiting");
    decide(test, "ok");
    expect(await settle(test, test.go())).toBe("failed");
    expect(test.store.error_message).toMatch(
      /not deterministic: it has asked for the step "only-once" before/,
    );
    expect(test.store.step("only-once").status).toBe("completed");
  });

  it("fail it too where the one that was left out is not decided yet", async () => {
    let passes = 0;
    const test = codeEngine(async ({ approve }) => {
      const asked = ++passes === 1 ? ["one", "other"] : ["other"];
      await Promise.all(asked.map((id) => approve(id, { prompt: "Go on?" })));
    });
    expect(await settle(test, test.go())).toBe("waiting");
    decide(test, "other");
    expect(await settle(test, test.go())).toBe("failed");
    expect(test.store.error_message).toMatch(/the step "one" before/);
    expect(test.store.step("one").status).toBe("skipped");
  });

  it("may leave out what ran before the run was started anew", async () => {
    const test = codeEngine(async ({ step }) => {
      await step.script("new", { run: "true" });
    });
    test.store.status = "running";
    test.store.steps = [
      {
        row_id: "old",
        step_id: "old",
        status: "completed",
        attempt: 1,
        output: 1,
        error_message: null,
        tries: 0,
        ended_at: 1,
        running_attempt_id: null,
        waiting_for: null,
        wake_at: null,
      },
    ];
    expect(await settle(test, test.go())).toBe("completed");
  });

  it("have the same winner of a race, whichever was asked for first", async () => {
    const winners: string[] = [];
    const test = codeEngine(async ({ step, approve }) => {
      const late = approve("late", { prompt: "First asked for, decided last" }).then(() => "late");
      const early = approve("early", { prompt: "Asked for behind it" }).then(() => "early");
      const winner = await Promise.race([late, early]);
      winners.push(winner);
      await step.function(`after-${winner}`, () => winner);
      await late;
    });
    expect(await settle(test, test.go())).toBe("waiting");
    decide(test, "early");
    expect(await settle(test, test.go())).toBe("waiting");
    await test.clock.advance(1_000);
    decide(test, "late");
    expect(await settle(test, test.go())).toBe("completed");
    // A pass may go on in the code of the one before, which has its winner already.
    expect(new Set(winners)).toEqual(new Set(["early"]));
  });
});
