import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { RestingTimer } from "./resting-timer";
import { SilenceWatch } from "./watch";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("a timer stands still while it rests", () => {
  const over = vi.fn();
  const timer = new RestingTimer(1_000, over);
  vi.advanceTimersByTime(600);
  timer.rest();
  vi.advanceTimersByTime(60_000);
  timer.resume();
  vi.advanceTimersByTime(399);
  expect(over).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(over).toHaveBeenCalledOnce();
});

it("the silence of an agent that has asked is not its own", () => {
  const told: string[] = [];
  const watch = new SilenceWatch(1_000, {
    onStall: () => told.push("stalled"),
    onReturn: () => told.push("back"),
    onGiveUp: () => told.push("given up"),
  });
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual(["stalled"]);
  watch.rest();
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(["stalled", "back"]);
  watch.resume();
  vi.advanceTimersByTime(999);
  expect(told).toEqual(["stalled", "back"]);
  vi.advanceTimersByTime(1_001);
  expect(told).toEqual(["stalled", "back", "stalled", "given up"]);
  watch.stop();
});

it("the silence of an agent whose words wait for the database is not its own", async () => {
  const told: string[] = [];
  const watch = new SilenceWatch(1_000, {
    onStall: () => told.push("stalled"),
    onReturn: () => told.push("back"),
    onGiveUp: () => told.push("given up"),
  });
  const waits = () => new Promise<void>((resolve) => setTimeout(resolve, 60_000));
  const first = watch.restDuring(waits());
  await vi.advanceTimersByTimeAsync(30_000);
  const second = watch.restDuring(waits());
  await vi.advanceTimersByTimeAsync(59_999);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  await Promise.all([first, second]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual(["stalled"]);

  const last = watch.restDuring(waits());
  watch.stop();
  await vi.advanceTimersByTimeAsync(120_000);
  await last;
  expect(told).toEqual(["stalled", "back"]);
});
