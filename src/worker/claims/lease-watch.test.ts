import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LeaseWatch } from "./lease-watch";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "performance"] });
});
afterEach(() => void vi.useRealTimers());

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

it("tells of silence once more only where that goes on, and not for an answer that comes late", async () => {
  const over = vi.fn();
  const watch = new LeaseWatch(over);
  // Asked ahead of the silence, and answered in it.
  void watch.ask(() => after(4_000));
  await vi.advanceTimersByTimeAsync(3_200);
  expect(over).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1_800);
  expect(over).toHaveBeenCalledTimes(1);
  await watch.ask(async () => {});
  await vi.advanceTimersByTimeAsync(2_800);
  expect(over).toHaveBeenCalledTimes(1);
  // What has begun by a late answer is ended too, where nothing else is heard.
  await vi.advanceTimersByTimeAsync(3_400);
  expect(over).toHaveBeenCalledTimes(3);
  watch.stop();
});
