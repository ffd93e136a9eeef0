import { describe, expect, it } from "vitest";
import { codeEngine, settle } from "../../test/code-engine";
import { completed } from "../../test/engine";

/** What goes in and comes out of a definition's code: variables, secrets, results. */
describe("a definition in TypeScript", () => {
  it("keeps what run returned as the run's output", async () => {
    const test = codeEngine(async () => ({ rounds: 3, at: new Date(0), none: undefined }));
    expect(await settle(test, test.go())).toBe("completed");
    expect(test.store.output).toEqual({ rounds: 3, at: "1970-01-01T00:00:00.000Z" });
  });

  it("hands a function the variables and secrets of the definition and its own", async () => {
    const test = codeEngine(async ({ step }) => {
      await step.function("a", (given) => ({ ...given, length: given.secrets.TOKEN?.length }), {
        env: { OWN: 7, SHARED: "mine" },
        secrets: ["TOKEN"],
      });
      await step.script("b", { run: "true", env: { FLAG: true } });
    });
    Object.assign(test.store.run.definition, { env: { SHARED: "all", REST: "r" }, secrets: ["OTHER"] });
    test.control.secrets = new Map([
      ["TOKEN", "hunter-two"],
      ["OTHER", "other-value"],
      ["UNNAMED", "unnamed-value"],
    ]);
    expect(await settle(test, test.go())).toBe("completed");
    expect(test.store.step("a").output).toEqual({
      secrets: { OTHER: "***", TOKEN: "***" },
      env: { SHARED: "mine", REST: "r", OWN: "7" },
      attempt: 1,
      idempotencyKey: `${test.store.run.id}:a:1`,
      length: 10,
    });
    expect(test.runner.mock.calls[0]?.[0]).toMatchObject({
      step: { env: { SHARED: "all", REST: "r", FLAG: "true" } },
      secrets: { OTHER: "other-value" },
    });
  });

  it("hides a secret that gets out of its function in whatever is kept", async () => {
    const test = codeEngine(async ({ step, comment }) => {
      let kept = "";
      const own = await step.function(
        "a",
        ({ secrets }) => {
          kept = secrets.TOKEN ?? "";
          return kept;
        },
        { secrets: ["TOKEN"] },
      );
      await comment(`it is ${kept}`);
      await step.script("b", { name: `with ${kept}`, run: "true" });
      await step.function("c", () => Promise.reject(new Error(`bad ${kept}`)), { continueOnError: true });
      throw new Error(`${kept} and ${own.output}`);
    });
    test.control.secrets = new Map([["TOKEN", "hunter-two"]]);
    expect(await settle(test, test.go())).toBe("failed");
    expect(test.store.error_message).toBe("*** and ***");
    expect(test.store.step("c").error_message).toBe("bad ***");
    expect(test.runner.mock.calls[0]?.[0].step.name).toBe("with ***");
    const all = JSON.stringify([test.store, [...test.comments.values()], test.inputs, test.lines]);
    expect(all).not.toContain("hunter");
  });

  it("fails a function whose secret there is not, without calling it", async () => {
    let calls = 0;
    const test = codeEngine(async ({ step }) => {
      await step.function("a", () => ++calls, { secrets: ["GONE"] });
    });
    expect(await settle(test, test.go())).toBe("failed");
    expect(test.store.error_message).toContain('Step "a" failed: The project has no secret GONE');
    expect(calls).toBe(0);
  });

  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  it.each<[string, () => unknown, string]>([
    ["a function", () => () => 1, "cannot be kept as JSON: it is a function"],
    ["a symbol", () => Symbol("a"), "cannot be kept as JSON: it is a symbol"],
    ["a BigInt", () => ({ n: 1n }), "cannot be kept as JSON: Do not know how to serialize a BigInt"],
    [
      "Infinity",
      () => ({ x: Infinity, y: 1 }),
      'it holds Infinity at "x", which is no number that JSON can hold',
    ],
    ["-Infinity", () => [[-Infinity]], 'it holds -Infinity at "0", which is no number'],
    ["NaN", () => Number("x"), "it holds NaN, which is no number that JSON can hold; write it as text"],
    ["1e400", () => ({ deep: { n: Number("1e400") } }), 'it holds Infinity at "n", which'],
    ["a boxed NaN", () => ({ n: Object(NaN) }), 'it holds NaN at "n", which'],
    ["no date", () => ({ at: new Date("x") }), 'it holds an invalid date at "at"; write null'],
    ["a circle", () => cycle, "cannot be kept as JSON: Converting circular structure to JSON"],
    [
      "20 MB",
      () => "x".repeat(20 * 1024 * 1024),
      "is larger than 1 MiB (20.0 MiB as JSON); keep it in a file",
    ],
    ["U+0000", () => ["a\0"], "holds a character that is no text (U+0000 or half a pair)"],
    ["half a pair", () => ({ "\ud800": 1 }), "holds a character that is no text (U+0000 or half a pair)"],
    // What is large takes its time on a busy machine.
  ])("does not keep %s, of a function or of run", { timeout: 60_000 }, async (_, value, reason) => {
    const test = codeEngine(async ({ step }) => {
      await step.function("a", value, { continueOnError: true });
      return value();
    });
    expect(await settle(test, test.go())).toBe("failed");
    for (const said of [test.store.step("a").error_message, test.store.error_message]) {
      expect(said).toContain(reason);
      expect(said).not.toContain("\n");
    }
    expect(test.store.output).toBeNull();
  });

  it("puts a step into the phase that it names, and the next into the one before", async () => {
    const test = codeEngine(async ({ step }) => {
      await step.script("a", { run: "true", phase: "work" });
      await step.script("b", { run: "true" });
    }, completed);
    expect(await settle(test, test.go())).toBe("completed");
    expect(test.runner.mock.calls.map(([{ step }]) => step.phase)).toEqual(["work", "plan"]);
  });

  it("runs scripts by the definition's shell, or by their own", async () => {
    const test = codeEngine(async ({ step }) => {
      await step.script("a", { run: "true" });
      await step.script("b", { run: "true", shell: "python3 -u" });
    }, completed);
    test.store.run.definition = { ...test.store.run.definition, shell: "bash" };
    expect(await settle(test, test.go())).toBe("completed");
    const shells = test.runner.mock.calls.map(([{ step }]) => "shell" in step && step.shell);
    expect(shells).toEqual(["bash", "python3 -u"]);
  });

  it.each([
    [{ shell: "  " }, 'step "a": shell: expected'],
    [{ phase: "wrok" }, 'step "a": phase: there is no phase "wrok"; did you mean "work"?'],
    [{ env: { "A-B": "1" } }, 'step "a": env.A-B: expected a name of letters'],
    [{ env: { PHASEBOARD_X: "1" } }, 'step "a": env.PHASEBOARD_X: names that begin with PHASEBOARD_'],
    [{ env: { A: "1" }, secrets: ["A"] }, 'step "a": secrets[0]: "A" is set in env already'],
    [{ name: "a\0b" }, 'step "a": one of its options holds a character that is no text'],
  ])("refuses %j", async (options, reason) => {
    const test = codeEngine(async ({ step }) => {
      await step.script("a", { run: "true", ...options });
    });
    expect(await settle(test, test.go())).toBe("failed");
    expect(test.store.error_message).toContain(reason);
  });
});
