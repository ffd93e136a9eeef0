import { describe, expect, it } from "vitest";
import { KEPT_OUTPUT_BYTES } from "../../journal/run-state";
import { codeEngine, settle } from "../../test/code-engine";
import { scriptStep } from "../../test/compiled";
import { completed, engine } from "../../test/engine";

const LARGE = "x".repeat(KEPT_OUTPUT_BYTES + 1);

/** Whoever claims a run is given none of its large outputs. */
const statesOf = (test: ReturnType<typeof engine>) => {
  const seen: number[] = [];
  const { claim } = test.store;
  test.store.claim = async (...given) => {
    const claimed = await claim.apply(test.store, given);
    if (claimed.kind === "claimed") seen.push(JSON.stringify(claimed.state).length);
    return claimed;
  };
  return seen;
};

describe("large outputs", () => {
  it("are read where the expressions of a step, or its condition, ask for them", async () => {
    const test = engine(
      [
        scriptStep("one", "true"),
        scriptStep("two", "true", { needs: ["one"] }),
        scriptStep("three", "true", { needs: ["two"], env: { N: "${{ size(steps.one.output.text) }}" } }),
        scriptStep("four", "true", { needs: ["three"], if: "${{ steps.two.output.text == 'short' }}" }),
        scriptStep("five", "true", { needs: ["four"], if: "steps.one.output.text != ''" }),
      ],
      ({ step }) => completed({ text: step.id === "one" || step.id === "two" ? LARGE : step.id }),
    );
    expect(await test.go()).toBe("completed");
    const env = test.runner.mock.calls.find(([{ step }]) => step.id === "three")?.[0].step.env;
    expect(env).toEqual({ N: String(LARGE.length) });
    expect(test.store.step("four").status).toBe("skipped");
    expect(test.store.step("five").status).toBe("completed");
    expect(new Set(test.reads)).toEqual(new Set(["row-one", "row-two"]));
  });

  it("are there for the step that starts as they are recorded, without being read", async () => {
    const env = { N: "${{ size(steps.one.output.text) }}" };
    const steps = [scriptStep("one", "true"), scriptStep("two", "true", { needs: ["one"], env })];
    const test = engine(steps, () => completed({ text: LARGE }));
    expect(await test.go()).toBe("completed");
    expect(test.runner.mock.calls[1]?.[0].step.env).toEqual({ N: String(LARGE.length) });
    expect(test.reads).toEqual([]);
  });

  it("are not read where nothing asks for them", async () => {
    const steps = ["one", "two", "three"].map((id, place, all) =>
      scriptStep(id, "true", { needs: place === 0 ? [] : [all[place - 1] ?? ""] }),
    );
    const test = engine(steps, () => completed(LARGE));
    expect(await test.go()).toBe("completed");
    expect(test.reads).toEqual([]);
  });

  it("are told to the code of a definition one after the other, in order, and held by no claim", async () => {
    const ids = Array.from({ length: 20 }, (_, at) => `step-${at}`);
    const test = codeEngine(
      async ({ step, approve }) => {
        const given = await Promise.all(ids.map((id) => step.script<string>(id, { run: "true" })));
        await approve("ok", { prompt: "Go on?" });
        return given.map(({ output }) => output.slice(0, 3)).join();
      },
      ({ step }) => completed(step.id === "step-7" ? "small" : LARGE),
    );
    const seen = statesOf(test);
    expect(await settle(test, test.go())).toBe("waiting");
    const ended = {
      status: "completed",
      waiting_for: null,
      wake_at: null,
      running_attempt_id: null,
    } as const;
    Object.assign(test.store.step("ok"), { ...ended, ended_at: test.clock.now() });
    expect(await settle(test, test.go())).toBe("completed");
    expect(test.store.output).toBe(ids.map((id) => (id === "step-7" ? "sma" : "xxx")).join());
    expect(Math.max(...seen)).toBeLessThan(KEPT_OUTPUT_BYTES);
  });
});
