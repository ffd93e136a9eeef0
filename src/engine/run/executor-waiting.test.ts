import { describe, expect, it, vi } from "vitest";
import { approvalStep, scriptStep } from "../../test/compiled";
import { completed, engine, failed } from "../../test/engine";
import type { MemoryStore } from "../../test/memory-store";
import type { StepResult } from "./ports";

/** What a decision writes: the step ends, and the run is queued. */
function decide(store: MemoryStore, id: string, status: "completed" | "failed"): void {
  Object.assign(store.step(id), {
    status,
    waiting_for: null,
    wake_at: null,
    running_attempt_id: null,
    output: { ok: true },
    error_message: status === "failed" ? "Rejected by Ada" : null,
  });
}

const alone = { needs: [] };

describe("an approval", () => {
  it("lets the run go while it waits, and the run goes on once it is decided", async () => {
    const steps = [
      scriptStep("a", ""),
      approvalStep("ok", { prompt: "Publish ${{ steps.a.output.v }}?", timeout_ms: 5_000 }),
      scriptStep("b", "", { if: "steps.ok.output.ok" }),
    ];
    const test = engine(steps, () => completed({ v: 7 }));
    const asked = vi.fn();
    test.store.beforeRecord = (entries) => {
      for (const entry of entries) {
        if (entry.kind === "started" && entry.wait) asked(entry.wait.for, entry.wait.request?.prompt);
      }
    };
    expect(await test.go()).toBe("waiting");
    expect(asked.mock.calls).toEqual([["approval", "Publish 7?"]]);
    expect(test.store).toMatchObject({ status: "running", claimed: false, queued: [5_000] });
    expect(test.store.step("ok")).toMatchObject({ status: "running", waiting_for: "approval", attempt: 1 });
    expect(await test.go()).toBe("waiting"); // woken for nothing
    decide(test.store, "ok", "completed");
    expect(await test.go()).toBe("completed");
    expect(test.store.journal).toEqual([
      "start a 1",
      "complete a",
      "start ok 1",
      "start b 1",
      "complete b",
      "completed",
    ]);
    expect(test.runner).toHaveBeenCalledTimes(2);
    expect(test.control.cleared).toBe(0);
  });

  it("that is cancelled as its run is let go has somebody come back, to clear up", async () => {
    const test = engine([approvalStep("ok")]);
    test.ports.workspace.describe = async () => {};
    const { release } = test.store;
    test.store.release = async (...given) => {
      test.store.status = "cancelled";
      return release.apply(test.store, given);
    };
    expect(await test.go()).toBe("waiting");
    expect(test.store).toMatchObject({ claimed: false, queued: [0] });
  });

  it("that is rejected fails the run", async () => {
    const test = engine([approvalStep("ok"), scriptStep("b", "")]);
    await test.go();
    decide(test.store, "ok", "failed");
    expect(await test.go()).toBe("failed");
    expect(test.store.error_message).toBe('Step "ok" failed: Rejected by Ada');
    expect(test.store.step("b").status).toBe("skipped");
  });

  it("fails when nobody decides in time", async () => {
    const test = engine([approvalStep("ok", { timeout_ms: 60_000 })]);
    expect(await test.go()).toBe("waiting");
    await test.clock.advance(60_000);
    expect(await test.go()).toBe("failed");
    expect(test.store.step("ok").error_message).toBe("Timed out after 1 min: nobody has decided");
  });

  it("whose prompt cannot be told fails without asking", async () => {
    const test = engine([approvalStep("ok", { prompt: "${{ args.none.deep }}" })]);
    expect(await test.go()).toBe("failed");
    expect(test.store.step("ok").error_message).toMatch(/^prompt: /);
  });

  it("holds nothing up beside it, and is seen when it is decided while another step runs", async () => {
    let end: (result: StepResult) => void = () => {};
    const steps = [
      approvalStep("ok", alone),
      scriptStep("slow", "", alone),
      scriptStep("after", "", { needs: ["ok"] }),
    ];
    const test = engine(steps, ({ step }) =>
      step.id === "slow"
        ? new Promise((resolve) => {
            end = resolve;
          })
        : completed(),
    );
    const done = test.go();
    await expect.poll(() => test.clock.sleeping).toBe(1);
    decide(test.store, "ok", "completed");
    await test.clock.advance(1_000);
    await expect.poll(() => test.store.step("after").status).toBe("completed");
    end(completed());
    expect(await done).toBe("completed");
  });

  it("asks on where a step beside it has failed, and the run fails once it is decided", async () => {
    const steps = [
      approvalStep("ok", alone),
      scriptStep("a", "", alone),
      scriptStep("after", "", { needs: ["ok"] }),
    ];
    const test = engine(steps, ({ step }) => (step.id === "a" ? failed("no") : completed()));
    expect(await test.go()).toBe("waiting");
    decide(test.store, "ok", "completed");
    expect(await test.go()).toBe("failed");
    expect(test.store.error_message).toBe('Step "a" failed: no');
    expect(test.store.step("after").status).toBe("completed");
  });

  it("that is decided at the very moment its time is over counts as decided", async () => {
    const test = engine([approvalStep("ok", { timeout_ms: 1_000 })]);
    await test.go();
    await test.clock.advance(1_000);
    test.store.beforeRecord = () => decide(test.store, "ok", "completed");
    const done = test.go();
    await expect.poll(() => test.clock.sleeping).toBe(1);
    test.store.beforeRecord = () => {};
    await test.clock.advance(5_000);
    expect(await done).toBe("completed");
  });

  it("that is decided as the run is let go has it queued at once", async () => {
    const test = engine([approvalStep("ok"), scriptStep("b", "")]);
    const release = test.store.release.bind(test.store);
    test.store.release = (claim, options) => {
      decide(test.store, "ok", "completed");
      return release(claim, options);
    };
    expect(await test.go()).toBe("waiting");
    expect(test.store.queued).toEqual([0]);
  });
});
