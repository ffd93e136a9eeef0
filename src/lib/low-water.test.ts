import { describe, expect, it } from "vitest";
import { markOf, parseLowWater } from "./low-water";

const GB = 1024 ** 3;

describe("the low-water mark", () => {
  it.each([
    ["a disk of 252 GB", 252 * GB, 252 * GB * 0.02],
    ["one on which 2 % would be less than 1 GB", 20 * GB, GB],
    ["a large one, of which 2 % would be too much", 4_000 * GB, 10 * GB],
    ["a small one, of which 1 GB would be too much", GB / 4, GB / 32],
    ["one that says nothing of its size", 0, 0],
  ])("of %s", (_, total, mark) => {
    expect(markOf(total, undefined)).toBe(mark);
  });

  it.each([
    ["2G", 100 * GB, 2 * GB],
    ["500M", 100 * GB, 500 * 1024 ** 2],
    ["1.5T", 4_000 * GB, 1536 * GB],
    ["5%", 100 * GB, 5 * GB],
    ["0", 100 * GB, 0],
  ])("that is set to %s", (text, total, mark) => {
    expect(markOf(total, parseLowWater(text))).toBe(mark);
  });

  it.each(["2", "100%", "-1G", "2 GB", "half", "1e3M"])("cannot be %s", (text) => {
    expect(() => parseLowWater(text)).toThrow("must be a size such as 2G or 500M");
  });
});
