import { describe, expect, it } from "vitest";
import { inSequence, scriptStep } from "../../test/compiled";
import { completed, engine, failed } from "../../test/engine";
import type { CompiledStep, ScriptStep } from "../definition/types";

/** A step by its id: `x…` fails; `needs` are named. */
function steps(given: Record<string, Partial<ScriptStep>>): CompiledStep[] {
  const all = Object.entries(given).map(([id, options]) =>
    scriptStep(id, "", options.needs ? { ...options, needs_named: true } : options),
  );
  return inSequence(all);
}

/** How each step ended, by its first letter, and the run. */
async function outcome(given: Record<string, Partial<ScriptStep>>): Promise<[string, string]> {
  const test = engine(steps(given), ({ step }) => (step.id.startsWith("x") ? failed("no") : completed()));
  const run = await test.go();
  return [test.store.steps.map(({ status }) => status[0]).join(""), run];
}

const off = { if: "false" };
const always = { if: "${{ always() }}" };
const failure = { if: "${{ failure() }}" };

describe("what runs after a step that did not run, or failed", () => {
  it.each<[string, Record<string, Partial<ScriptStep>>, string, string]>([
    ["a step without needs looks through one that was skipped", { a: {}, b: off, c: {} }, "csc", "completed"],
    ["also where all before it were", { a: off, b: off, c: {} }, "ssc", "completed"],
    [
      "and where that one was skipped for what it names",
      { a: off, b: { needs: ["a"] }, c: {} },
      "ssc",
      "completed",
    ],
    ["but not through a failure", { x: {}, b: off, c: {} }, "fss", "failed"],
    [
      "named needs of which one ran",
      { a: off, b: { needs: [] }, c: { needs: ["a", "b"] } },
      "scc",
      "completed",
    ],
    ["named needs that all were skipped", { a: off, b: { needs: ["a"] } }, "ss", "completed"],
    [
      "which goes on to what names that one",
      { a: off, b: { needs: ["a"] }, c: { needs: ["b"] }, d: { needs: ["b"], ...always } },
      "sssc",
      "completed",
    ],
    [
      "always() runs though all it needs were skipped",
      { a: off, b: { needs: ["a"], ...always } },
      "sc",
      "completed",
    ],
    ["a tolerated failure counts as completed", { x: { continue_on_error: true }, b: {} }, "fc", "completed"],
    [
      "also for named needs, and failure() does not see it",
      { x: { continue_on_error: true }, b: { needs: ["x"] }, c: { needs: ["x"], ...failure } },
      "fcs",
      "completed",
    ],
    ["any other failure skips all behind it", { x: {}, b: {}, c: { needs: ["b"] } }, "fss", "failed"],
    ["but for always() and failure()", { x: {}, b: {}, c: always, d: failure }, "fscc", "failed"],
    ["a step behind the clean-up stays skipped", { x: {}, b: always, c: { needs: ["b"] } }, "fcs", "failed"],
    [
      "clean-up runs without a failure too, an alarm does not",
      { a: {}, b: always, c: failure },
      "ccs",
      "completed",
    ],
    [
      "failure() is of what a step waits for, near or far",
      { x: {}, b: {}, c: { needs: ["b"], ...failure }, d: { needs: [], ...failure } },
      "fscs",
      "failed",
    ],
    [
      "a condition beside it decides too",
      { x: {}, b: { if: "always() && false" }, c: { if: "!failure()" } },
      "fss",
      "failed",
    ],
    [
      "a step of another branch runs",
      { x: { needs: [] }, b: { needs: [] }, c: { needs: ["b"] } },
      "fcc",
      "failed",
    ],
    ["a failed clean-up leaves the first reason", { x1: {}, x2: always, c: always }, "ffc", "failed"],
  ])("%s", async (_name, given, expected, run) => {
    expect(await outcome(given)).toEqual([expected, run]);
  });

  it("revisions from before named needs were told apart go on as they did", async () => {
    const test = engine([scriptStep("a", "", off), scriptStep("b", "", { needs: ["a"] })]);
    expect(await test.go()).toBe("completed");
    expect(test.store.step("b").status).toBe("completed");
  });

  it("reads what became of the steps before", async () => {
    const clean = { if: "always() && steps.x.status == 'failed'", env: { WHY: "${{ steps.x.output.why }}" } };
    const test = engine(steps({ x: {}, b: {}, clean }), ({ step }) =>
      step.id === "x" ? { ...failed("no"), output: { why: "disk" } } : completed(),
    );
    expect(await test.go()).toBe("failed");
    expect(test.runner.mock.calls.map(([{ step }]) => [step.id, step.env])).toEqual([
      ["x", {}],
      ["clean", { WHY: "disk" }],
    ]);
    expect(test.store.error_message).toBe('Step "x" failed: no');
  });

  it("a failure that is tried again skips nothing yet", async () => {
    const retry = { attempts: 2, delay_ms: 5_000, backoff: "constant" } as const;
    let tries = 0;
    const test = engine(steps({ a: { retry }, b: {}, c: failure }), () =>
      tries++ ? completed() : failed("no"),
    );
    expect(await test.go()).toBe("waiting");
    expect(test.store.step("b").status).toBe("pending");
    await test.clock.advance(5_000);
    expect(await test.go()).toBe("completed");
    expect(test.store.step("c").status).toBe("skipped");
  });
});
