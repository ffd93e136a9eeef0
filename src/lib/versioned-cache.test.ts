import { afterEach, expect, it, vi } from "vitest";
import { VersionedCache } from "./versioned-cache";

afterEach(() => vi.useRealTimers());

it("gives a value while its version and its age hold", () => {
  vi.useFakeTimers();
  const cache = new VersionedCache<string>(10, 1_000);
  cache.set("a", 1, "first");
  expect(cache.get("a", 1)).toBe("first");
  vi.advanceTimersByTime(1_001);
  expect(cache.get("a", 1)).toBeUndefined();
  cache.set("a", 1, "first");
  expect(cache.get("a", 2)).toBeUndefined();
});

it("lets go of what was used longest ago", () => {
  const cache = new VersionedCache<number>(2, 1_000);
  cache.set("a", 1, 1);
  cache.set("b", 1, 2);
  cache.get("a", 1);
  cache.set("c", 1, 3);
  expect([cache.get("a", 1), cache.get("b", 1), cache.get("c", 1)]).toEqual([1, undefined, 3]);
});
