import { expect, it } from "vitest";
import type { StepState } from "../../journal/run-state";
import { scriptStep } from "../../test/compiled";
import { plan } from "./plan";
import type { RunFacts } from "./ports";
import { wakeBy } from "./wake-by";

const NOW = Date.UTC(2027, 2, 1, 12);
const MINUTE = 60_000;
const AHEAD = 40 * 24 * 60 * MINUTE;

it.each([
  ["began by a right clock", -5 * MINUTE, 10 * MINUTE, 5 * MINUTE],
  ["is over", -20 * MINUTE, 10 * MINUTE, -10 * MINUTE],
  ["begins now", 0, 10 * MINUTE, 10 * MINUTE],
  ["was recorded by a clock that was ahead by days", AHEAD, 10 * MINUTE, 10 * MINUTE],
  ["was recorded by a clock that was ahead by minutes", MINUTE, 10 * MINUTE, 10 * MINUTE],
  ["has no length and was recorded ahead", AHEAD, 0, 0],
  ["ends before it begins", AHEAD, -MINUTE, 0],
])("a wait that %s", (_, since, length, expected) => {
  const at = wakeBy(NOW, { since: NOW + since, wake_at: NOW + since + length });
  expect(at - NOW).toBe(expected);
});

it("is never later than recorded, nor than its length from now", () => {
  for (let since = -3; since <= 3; since++) {
    for (let length = 0; length <= 3; length++) {
      const at = wakeBy(0, { since, wake_at: since + length });
      expect(at).toBeLessThanOrEqual(Math.min(since + length, length));
    }
  }
});

it("holds for a retry's delay where the clock has gone back since the attempt ended", () => {
  const step = scriptStep("a", "true", { retry: { attempts: 2, delay_ms: MINUTE, backoff: "constant" } });
  const run = { definition: { steps: [step] }, args: {}, project: {} } as unknown as RunFacts;
  const failed: StepState = {
    row_id: "row",
    step_id: "a",
    status: "pending",
    attempt: 1,
    tries: 1,
    ended_at: NOW + AHEAD,
    output: null,
    error_message: "no",
    running_attempt_id: null,
    waiting_for: null,
    wake_at: null,
  };
  const state = { status: "running" as const, snapshot: null, current_phase: null, steps: [failed] };
  expect(plan(run, state, NOW).wait_ms).toBe(MINUTE);
  expect(plan(run, state, NOW + AHEAD + MINUTE - 1).wait_ms).toBe(1);
  expect(plan(run, state, NOW + AHEAD + MINUTE).start).toHaveLength(1);
});
