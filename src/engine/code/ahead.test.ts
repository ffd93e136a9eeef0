import { describe, expect, it } from "vitest";
import type { Entry } from "../../model/entry";
import { codeEngine, settle } from "../../test/code-engine";
import { completed } from "../../test/engine";

/** The code goes on with what a function gave while that is recorded. */
describe("a definition in TypeScript", () => {
  const watched = (...given: Parameters<typeof codeEngine>) => {
    const test = codeEngine(...given);
    const records: string[] = [];
    test.store.beforeRecord = (entries) => {
      const names = (kind: string) =>
        entries.flatMap((entry) => (entry.kind === kind && "step_id" in entry ? entry.step_id : []));
      const isLast = entries.some(({ kind }) => kind === "finished");
      records.push([...names("ended"), "|", ...names("started"), ...(isLast ? ["end"] : [])].join(" "));
    };
    return { ...test, records };
  };

  it("records a function's end together with the next one's start, or with the run's end", async () => {
    const seen: unknown[] = [];
    const test = watched(async ({ step }) => {
      const a = await step.function("a", () => ({ n: 1 }));
      const b = await step.function("b", () => {
        seen.push(test.store.step("a"));
        return a.output.n + 1;
      });
      return b.output;
    });
    // No time passes: nothing here waits for a clock.
    expect(await test.go()).toBe("completed");
    expect(test.records).toEqual(["a | b", "b | end"]);
    // Recorded by the time that the next body runs.
    expect(seen).toMatchObject([{ status: "completed", output: { n: 1 } }]);
    expect(test.store.output).toBe(2);
    expect(test.host.passes).toBe(1);
  });

  it("hears of the others of a group while one of them is recorded", async () => {
    const test = watched(async ({ step }) => {
      const group = await Promise.all(["a", "b", "c"].map((id) => step.function(id, () => id)));
      await step.script("last", { run: group.map(({ output }) => output).join("") });
    });
    expect(await settle(test, test.go())).toBe("completed");
    expect(test.runner.mock.calls[0]?.[0].step).toMatchObject({ run: "abc" });
    expect(test.host.passes).toBe(1);
  });

  it("starts anew with the result that is recorded where that is not what it went on with", async () => {
    let calls = 0;
    const test = watched(
      async ({ step, comment }) => {
        const a = await step.function("a", () => {
          calls++;
          return "it is hunter-two";
        });
        await comment(a.output);
        await step.script("b", { run: a.output });
      },
      () => completed(),
    );
    test.control.secrets = new Map([["TOKEN", "hunter-two"]]);
    expect(await settle(test, test.go())).toBe("completed");
    expect(calls).toBe(1);
    expect(test.host.passes).toBe(2);
    expect([...test.comments.values()]).toEqual(["it is ***"]);
    expect(test.runner.mock.calls.map(([{ step }]) => step)).toMatchObject([{ run: "it is ***" }]);
  });

  it("does not begin what it went on to while the run was paused", async () => {
    const bodies: string[] = [];
    const test = codeEngine(async ({ step }) => {
      for (const id of ["a", "b"]) await step.function(id, () => bodies.push(id));
    });
    test.store.beforeRecord = (entries) => {
      if (hasEnd(entries) && bodies.length === 1) test.store.status = "paused";
    };
    expect(await settle(test, test.go())).toBe("paused");
    expect(bodies).toEqual(["a"]);
    expect(test.store.step("a").status).toBe("completed");
    test.store.status = "running";
    test.store.beforeRecord = () => {};
    expect(await settle(test, test.go())).toBe("completed");
    expect(bodies).toEqual(["a", "b"]);
  });

  it("goes on where the store was away as the two were to be recorded", async () => {
    const bodies: string[] = [];
    const test = codeEngine(async ({ step }) => {
      for (const id of ["a", "b", "c"]) await step.function(id, () => bodies.push(id));
    });
    let ends = 0;
    test.store.beforeRecord = (entries) => {
      if (!hasEnd(entries)) return;
      ends++;
      if (ends === 1) test.store.away = 1;
      if (ends === 3) test.store.awayAfterWrite = 1;
    };
    expect(await settle(test, test.go())).toBe("completed");
    expect(bodies).toEqual(["a", "b", "c"]);
  });
});

const hasEnd = (entries: Entry[]) => entries.some(({ kind }) => kind === "ended");
