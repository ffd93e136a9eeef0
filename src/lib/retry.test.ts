import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { retry } from "./retry";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("tries until it goes well, waiting longer each time up to two seconds", async () => {
  const at: number[] = [];
  const began = Date.now();
  const work = async () => {
    at.push(Date.now() - began);
    if (at.length < 12) throw new Error("not yet");
    return "there";
  };
  const result = retry(work, { isWorthwhile: () => true });
  await vi.runAllTimersAsync();
  expect(await result).toBe("there");
  const waits = at.slice(1).map((time, place) => time - (at[place] ?? 0));
  expect(waits[0]).toBeGreaterThanOrEqual(50);
  expect(waits[0]).toBeLessThanOrEqual(100);
  expect(waits.at(-1)).toBe(2_000);
});

it("throws what is not worth another try, and how many there were is told", async () => {
  const tries: number[] = [];
  const failing = retry(() => Promise.reject(new Error("refused")), {
    isWorthwhile: (_, n) => tries.push(n) < 3,
  });
  const outcome = expect(failing).rejects.toThrow("refused");
  await vi.runAllTimersAsync();
  await outcome;
  expect(tries).toEqual([1, 2, 3]);
});

it("waits no more once the signal aborts, and throws what went wrong last", async () => {
  const stop = new AbortController();
  const failing = retry(() => Promise.reject(new Error("away")), {
    isWorthwhile: () => true,
    signal: stop.signal,
  });
  const outcome = expect(failing).rejects.toThrow("away");
  await vi.advanceTimersByTimeAsync(10);
  stop.abort();
  await outcome;
});

it("gives what went well though the signal has aborted meanwhile", async () => {
  const stop = new AbortController();
  const work = async () => {
    stop.abort();
    return 1;
  };
  expect(await retry(work, { isWorthwhile: () => true, signal: stop.signal })).toBe(1);
});
